// The site's settings and its one navigation. Pages hold no data: they read the current run's files when they open.
// Nothing here may name another host: no fonts, no search service, no `npm:` imports.

/** The navigation, in the order people meet it. A new page is one file in src/ and one line here. */
export const navigation: {name: string; pages: {name: string; path: string}[]}[] = [
  {
    name: "Leadership",
    pages: [
      {name: "At a glance", path: "/"},
      {name: "Contacts and decisions", path: "/contacts"},
      {name: "Out of hours", path: "/out-of-hours"},
      {name: "Time to seen", path: "/time-to-seen"},
      {name: "Strategy meetings", path: "/strategy-meetings"},
      {name: "Repeat referrals", path: "/repeat-referrals"},
      {name: "Children in need", path: "/children-in-need"},
      {name: "Information sharing", path: "/information-sharing"},
      {name: "Practice quality", path: "/practice-quality"},
      {name: "Benchmarking", path: "/benchmarking"}
    ]
  },
  {name: "For the board", pages: [{name: "Inspection findings", path: "/inspection"}, {name: "Board report", path: "/report"}]},
  {name: "Quality assurance", pages: [{name: "Cases", path: "/qa/cases"}, {name: "Child", path: "/qa/child"}, {name: "Audit sample", path: "/qa/sample"}]},
  {
    name: "Data",
    pages: [
      {name: "What we can answer", path: "/data/answers"},
      {name: "Refresh", path: "/data/refresh"},
      {name: "What changed", path: "/data/changes"},
      {name: "Measures", path: "/data/measures"},
      {name: "Who looked", path: "/audit"}
    ]
  }
];

const mark = `<svg class="brand-mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false"><path d="M5 29V6.5L19 3v26z" class="brand-door"/><path d="M19 6h8v23h-8" class="brand-frame"/><circle cx="15.4" cy="17" r="1.7" class="brand-knob"/></svg>`;

/** The page's header: skip link, handling marking, brand, navigation and colour theme. Filled in by components/page.ts. */
function header({path}: {path: string}): string {
  const here = path.replace(/\/index$/, "/").replace(/^([^/])/, "/$1");
  const groups = navigation.map(
    (group, i) => `<section aria-labelledby="nav-${i}"><p id="nav-${i}" class="nav-name">${group.name}</p><ul>${group.pages
      .map((page) => `<li><a href="${page.path}"${page.path === here ? ' aria-current="page"' : ""}>${page.name}</a></li>`)
      .join("")}</ul></section>`
  );
  return `<a class="skip" href="#observablehq-main">Skip to content</a>
<p id="marking" class="marking" hidden></p>
<div class="rail">
  <div class="brand"><a href="/">${mark}<span><b>Front door</b><small id="authority">Children’s services</small></span></a>
  <button id="menu" type="button" class="menu" aria-expanded="false" aria-controls="navigation">Menu</button></div>
  <nav id="navigation" aria-label="Pages">${groups.join("")}<section><ul><li><a href="/accessibility"${here === "/accessibility" ? ' aria-current="page"' : ""}>Accessibility statement</a></li></ul></section></nav>
  <button id="theme" type="button" class="theme">Colours: as your device</button>
</div>`;
}

/** What a page reads from the current run when it opens: the server sends these beside the page (server/opening.ts). `{id}` is the address's own. */
const reads: Record<string, string[]> = {
  "/index": ["glance.json"],
  "/contacts": ["topics/contacts.json", "cohort.json"],
  "/out-of-hours": ["topics/out-of-hours.json", "out-of-hours.json"],
  "/time-to-seen": ["topics/time-to-seen.json", "time-to-seen.json", "curves/A2b.json"],
  "/strategy-meetings": ["topics/strategy-meetings.json", "strategy-meetings.json", "curves/S4b.json", "curves/S7c.json"],
  "/repeat-referrals": ["topics/repeat-referrals.json", "curves/R5.json"],
  "/children-in-need": ["topics/children-in-need.json", "cohort.json", "due-soon.json"],
  "/information-sharing": ["topics/information-sharing.json", "agency-returns.json", "strategy-meetings.json"],
  "/practice-quality": ["topics/practice-quality.json", "audit-grades.json"],
  "/benchmarking": ["benchmarks.json"],
  "/inspection": ["findings.json"],
  "/report": ["glance.json", "topics/headlines.json"],
  "/measure": ["measures.json", "measures/{id}.json"],
  "/qa/cases": ["measures.json"],
  "/qa/child": ["measures.json"],
  "/qa/sample": ["measures.json"],
  "/data/answers": ["answers.json"],
  "/data/refresh": ["refresh.json", "quality.json"],
  "/data/measures": ["measures.json"]
};

// Before first paint, so that a chosen theme does not flash; its hash goes into csp.json.
const early = `<script>try{var t=localStorage.getItem("frontdoor:theme");if(t)document.documentElement.dataset.theme=t}catch(e){}</script>
<link rel="icon" href="/icon.svg" type="image/svg+xml">`;

/** A child is asked for while the page's script is still on its way; the script takes up the answer (components/data.ts). Nothing is asked twice: each look is audited. */
const begins: Record<string, string> = {
  "/qa/child": `<script>try{var i=new URLSearchParams(location.search).get("id"),p="api/child?id="+encodeURIComponent(i);if(i)(window.begun={path:p,answer:fetch("../"+p,{headers:{accept:"application/json"},cache:"no-store"})}).answer.catch(function(){})}catch(e){}</script>\n`
};

export default {
  root: "src",
  output: process.env.FRONTDOOR_SITE_OUT ?? "dist",
  title: "Front door",
  pages: navigation.map((group) => ({...group})),
  sidebar: false,
  toc: false,
  pager: false,
  search: false,
  style: "style.css",
  globalStylesheets: [],
  head: ({path}: {path: string}) => `<meta name="reads" content="${(reads[path] ?? []).join(" ")}">\n${begins[path] ?? ""}${early}`,
  header,
  footer: `<div id="colophon"></div>`
};
