// QA: one child. Everything recorded on one timeline, clocks with their limits, brothers and sisters, and every measure the child counts in and which way.
// The API answers and audits; nothing is kept here.
import {html} from "./markup.js";
import type {MeasureDefinition} from "../../etl/publish/published.ts";
import {api, at} from "./data.js";
import {count, day, few, shortDay} from "./format.js";
import {frame} from "./frame.js";
import {badOf, clockOf, hasLimit, isLate, lateWords} from "./late.js";
import {casesLink, page} from "./page.js";
import {recordName, timeline, together, timelineTable, type TimelineEvent} from "./timeline.js";
import {childAt, walkAt} from "./walk.js";
import {teamName} from "./relabel.js";

export interface Review {
  measure: string;
  reviewed_on: string;
  cause: string | null;
  child_safe: boolean | null;
  action: string | null;
  owner: string | null;
  due_on: string | null;
}

export interface ChildCase {
  measure: string;
  case_id: string;
  counted_on: string;
  started_on: string | null;
  due_on: string | null;
  done_on: string | null;
  days_late: number | null;
  met: boolean | null;
  value: number | null;
  reason: string | null;
  reviews: Review[];
}

/** What GET /api/child answers. */
export interface ChildAnswer {
  run: string;
  asAt: string;
  child: {child_id: string; date_of_birth: string | null; expected_birth: boolean; age: number | null; facts: [string, string][]};
  siblings: {child_id: string; from_on: string | null; to_on: string | null}[];
  events: TimelineEvent[];
  cases: ChildCase[];
}

interface Loaded {
  answer: ChildAnswer | null;
  definitions: MeasureDefinition[];
}

const idNow = (): string => new URLSearchParams(location.search).get("id") ?? "";

/** The page. */
export function childPage(): HTMLElement {
  return page<Loaded>({
    filters: "none",
    reading: idNow() ? "this child’s records" : "the measures",
    load: async (context) => {
      const id = idNow();
      const [answer, measures] = await Promise.all([id ? api<ChildAnswer>(`api/child?id=${encodeURIComponent(id)}`) : null, context.open.measures()]);
      return {answer, definitions: measures.measures};
    },
    view: ({answer, definitions}, {run}) => (answer ? childView(answer, definitions, run.caseLink) : search())
  });
}

function search(): HTMLElement {
  const input = html`<input id="child-id" name="id" autocomplete="off" spellcheck="false" required>`;
  return html`<section class="panel"><h2>Which child?</h2><form class="filter-bar" method="get" action=${at("qa/child")}><label for="child-id">Child’s id</label>${input}<button class="plain">Open</button></form><p class="quiet">Or open one from <a href=${at("qa/cases")}>a list of cases</a>.</p></section>`;
}

/** Draws the page from what was loaded. */
export function childView(answer: ChildAnswer, definitions: MeasureDefinition[], caseLink?: string): HTMLElement {
  const {child, siblings, events} = answer;
  const h1 = document.querySelector("h1");
  if (h1) h1.textContent = `Child ${child.child_id}`;
  document.title = `Child ${child.child_id} | Front door`;
  const named = new Map(definitions.map((d) => [d.id, d]));
  const judged = (c: ChildCase): boolean | null => (named.has(c.measure) ? badOf(named.get(c.measure)!) : null);
  const limited = answer.cases.filter((c) => c.due_on !== null && (!named.has(c.measure) || hasLimit(named.get(c.measure)!)));
  const clocks = limited.map((c) => ({...c, due_on: c.due_on!, days_late: c.done_on === null && clockOf(c, judged(c)).ok ? 0 : c.days_late}));
  const finding = findingOf({...answer, cases: limited}, judged);
  let months: number | null = events.some((e) => e.at !== null && e.at < yearsBefore(answer.asAt, 3)) ? 24 : null;
  const place = html`<div></div>`;
  const draw = (): void => {
    place.replaceChildren(
      frame({
        about: "Everything recorded about this child",
        finding,
        draw: (width) => timeline(events, clocks, {asAt: answer.asAt, months, width, label: `Timeline of child ${child.child_id}. ${finding}. The list below holds every record.`, href: (i) => `#record-${i}`}),
        caption: [`Every record of this child in this run`, months === null ? "all time" : `the last ${months} months`, `data as at ${shortDay(answer.asAt)}`],
        table: timelineTable(events),
        file: `child_${child.child_id}`,
        notes: [...(together(clocks).length > 30 ? [`The thirty most pressing of ${count(together(clocks).length)} clocks are drawn; all of them are under “Counts”.`] : []), html`<span class="legend"><span><span class="swatch moment-key"></span>a record</span><span><span class="swatch unseen-key"></span>visit, child not seen</span><span><span class="swatch span-key"></span>a span of time</span><span>⚑ limit of a clock</span><span><span class="swatch overrun-key"></span>past the limit</span></span>`]
      })
    );
  };
  const zoom = html`<fieldset class="switch"><legend>Show</legend>${([[6, "6 months"], [24, "2 years"], [null, "all"]] as const).map(([value, words]) => html`<label><input type="radio" name="months" value=${String(value)} checked=${value === months}>${words}</label>`)}</fieldset>`;
  zoom.addEventListener("change", (event) => {
    const value = (event.target as HTMLInputElement).value;
    months = value === "null" ? null : Number(value);
    draw();
  });
  draw();
  return html`<div class="child-page frames">
    ${walkBar(child.child_id)}
    ${facts(answer, caseLink)}
    ${siblings.length ? html`<section class="panel siblings"><h2>${siblings.length === 1 ? "One brother or sister" : `${few(siblings.length).replace(/^./, (c) => c.toUpperCase())} brothers and sisters`}</h2><ul>${siblings.map((s) => html`<li><a href=${`${at("qa/child")}?id=${encodeURIComponent(s.child_id)}`}><code>${s.child_id}</code></a>${s.from_on || s.to_on ? html` <span class="quiet">together ${s.from_on ? `from ${shortDay(s.from_on)}` : ""} ${s.to_on ? `until ${shortDay(s.to_on)}` : ""}</span>` : null}</li>`)}</ul></section>` : null}
    <div>${zoom}${place}</div>
    ${countsIn(answer, definitions)}
    ${records(events)}
  </div>`;
}

/** What stands out, in at most twelve words. */
export function findingOf(answer: ChildAnswer, judged: (c: ChildCase) => boolean | null = () => null): string {
  const open = answer.cases.filter((c) => isLate(clockOf(c, judged(c))));
  // the newest: an old one that nobody closed is seldom what matters today
  const newest = [...open].sort((a, b) => b.due_on!.localeCompare(a.due_on!))[0];
  if (newest) {
    const clocks = together(open.map((c) => ({...c, due_on: c.due_on!}))).length;
    return `${newest.reason ? newest.reason.replace(/^./, (letter) => letter.toUpperCase()) : `${newest.measure} is ${lateWords(clockOf(newest, judged(newest)), answer.asAt)} and waits`}${clocks > 1 ? `; ${few(clocks - 1)} more wait` : ""}`;
  }
  const last = answer.events.filter((e) => e.set === "visit" && e.at !== null && !e.details.some(([label, value]) => label === "Child seen" && value === "no")).at(-1);
  return last?.at ? `${count(answer.events.length)} records; last seen ${day(last.at.slice(0, 10))}` : `${count(answer.events.length)} records; no visit with the child seen`;
}

function facts({child}: ChildAnswer, caseLink?: string): HTMLElement {
  const copy = html`<button type="button" class="copy">Copy id</button>`;
  const said = html`<span class="sr" role="status"></span>`;
  copy.addEventListener("click", () => void navigator.clipboard.writeText(child.child_id).then(() => ((copy.textContent = "Copied"), (said.textContent = `Copied ${child.child_id}`)), () => (said.textContent = "The browser did not allow copying.")));
  const age = child.age === null ? "Age not recorded" : child.expected_birth || child.age < 0 ? `Unborn, expected ${day(child.date_of_birth)}` : `${child.age === 0 ? "Under 1" : child.age} ${child.age > 1 ? "years" : child.age === 1 ? "year" : ""} old`;
  return html`<p class="child-facts"><code>${child.child_id}</code> ${copy}${said} <span>${age}</span>${child.facts.map(([label, value]) => html`<span><span class="sr">${label}: </span>${value}</span>`)}${caseLink ? html` <a class="case-link" href=${caseLink.replace("{id}", () => encodeURIComponent(child.child_id))} rel="noreferrer">Open in the case system</a>` : null}</p>`;
}

function countsIn(answer: ChildAnswer, definitions: MeasureDefinition[]): HTMLElement {
  const named = new Map(definitions.map((d) => [d.id, d]));
  const way = (c: ChildCase): string => {
    const d = named.get(c.measure);
    if (!d || d.kind === "count") return "counted";
    if (c.met === null) return "not judged";
    if (d.kind === "duration") return c.met ? "event reached" : "still waiting";
    if (d.good === "neutral") return c.met ? "in the number" : "only in the total";
    return c.met === (d.good === "high") ? "counts for us" : "counts against us";
  };
  const rank: Record<string, number> = {"counts against us": 0, "still waiting": 1};
  const all = [...answer.cases].sort((a, b) => (rank[way(a)] ?? 2) - (rank[way(b)] ?? 2) || b.counted_on.localeCompare(a.counted_on));
  const against = all.filter((c) => rank[way(c)] === 0).length;
  // a row a measure and way: the newest case speaks, and says of how many
  const rows: {c: ChildCase; more: number}[] = [];
  for (const c of all) {
    const same = rows.find((r) => r.c.measure === c.measure && way(r.c) === way(c));
    if (same) same.more++;
    else rows.push({c, more: 0});
  }
  const line = ({c, more}: {c: ChildCase; more: number}): HTMLElement => html`<tr data-way=${way(c)}><th scope="row"><a href=${casesLink(c.measure, {from: c.counted_on.slice(0, 7), to: c.counted_on.slice(0, 7)}, null, {find: answer.child.child_id})}>${c.measure}</a> ${named.get(c.measure)?.title ?? ""}</th><td>${way(c)}</td><td>${shortDay(c.counted_on)}${more ? html` <small class="quiet">and ${count(more)} before</small>` : null}</td><td>${c.reason ?? ""}${c.reviews.map((r) => html`<span class="review">Reviewed ${shortDay(r.reviewed_on)}: ${[r.cause, r.child_safe === null ? null : r.child_safe ? "child safe" : "child not safe", r.action, r.owner, r.due_on ? `by ${shortDay(r.due_on)}` : null].filter(Boolean).join("; ")}</span>`)}</td><td>${c.due_on ? `${shortDay(c.due_on)}; ${lateWords(clockOf(c, named.has(c.measure) ? badOf(named.get(c.measure)!) : null), answer.asAt)}` : ""}</td></tr>`;
  const most = 15;
  const table = (of: typeof rows, label: string): HTMLElement => html`<div class="scroll" tabindex="0" role="region" aria-label=${label}><table class="counts"><thead><tr><th scope="col">Measure</th><th scope="col">Which way</th><th scope="col">Counted on</th><th scope="col">Why</th><th scope="col">Limit</th></tr></thead><tbody>${of.map(line)}</tbody></table></div>`;
  return html`<section class="panel"><h2>${rows.length ? `Counts ${count(all.length)} ${all.length === 1 ? "time" : "times"} in ${count(new Set(all.map((c) => c.measure)).size)} measures${against ? `, ${count(against)} of them against us` : ""}` : "Counts in no measure"}</h2>
    ${rows.length ? table(rows.slice(0, most), "Measures this child counts in") : html`<p>No measure of this run has a case of this child.</p>`}
    ${rows.length > most ? html`<details><summary>${count(rows.length - most)} more</summary>${table(rows.slice(most), "More measures this child counts in")}</details>` : null}</section>`;
}

function records(events: TimelineEvent[]): HTMLElement {
  const rows = events.map((e, i) => ({e, i})).reverse();
  return html`<section class="panel"><h2>Records, newest first</h2><div class="scroll" tabindex="0" role="region" aria-label="Records of this child"><table class="records"><thead><tr><th scope="col">Date</th><th scope="col">Record</th><th scope="col">What it says</th><th scope="col">Team</th></tr></thead><tbody>${rows.map(
    ({e, i}) => html`<tr id=${`record-${i}`} tabindex="-1"><th scope="row">${e.at ? `${shortDay(e.at)}${e.at.length > 10 && !e.at.endsWith("00:00") ? ` ${e.at.slice(11)}` : ""}` : "no date"}${e.end === undefined ? null : html`<small> to ${e.end === null ? "now" : shortDay(e.end)}</small>`}</th><td>${recordName(e.set)}</td><td>${e.title || null}${e.details.length ? html`<details><summary>${e.title ? "More" : "Details"}</summary><dl>${e.details.map(([label, value]) => html.fragment`<dt>${label}</dt><dd>${value}</dd>`)}</dl></details>` : null}</td><td>${teamName(e.team ?? "")}</td></tr>`
  )}</tbody></table></div></section>`;
}

/** Back to the list, and on to the next child of it: buttons, and the keys N and P. */
function walkBar(id: string): HTMLElement | null {
  const from = new URLSearchParams(location.search).get("place");
  const here = walkAt(id, from === null ? null : Number(from));
  if (!here) return html`<p class="walk"><a href=${at("qa/cases")}>Cases</a></p>`;
  const {walk, place, previous, next} = here;
  const step = (to: number | null, words: string): HTMLElement | null => (to === null ? null : html`<a class="plain" data-step=${words[0]} href=${`${at("qa/child")}?id=${encodeURIComponent(childAt(walk, to))}&place=${to}`}>${words}</a>`);
  const bar = html`<p class="walk"><a href=${walk.back}>Back to the list</a> <span class="quiet">${walk.title}: ${count(place + 1)} of ${count(walk.total)}</span> ${step(previous, "Previous (P)")} ${step(next, "Next (N)")}${next === null ? html`<span class="quiet">end of the list</span>` : null}</p>`;
  const onKey = (event: KeyboardEvent): void => {
    if (!bar.isConnected) return removeEventListener("keydown", onKey);
    if (event.ctrlKey || event.metaKey || event.altKey || (event.target instanceof HTMLElement && event.target.closest("input, select, textarea"))) return;
    bar.querySelector<HTMLAnchorElement>(`[data-step="${event.key.toUpperCase()}"]`)?.click();
  };
  addEventListener("keydown", onKey);
  return bar;
}

const yearsBefore = (date: string, years: number): string => `${Number(date.slice(0, 4)) - years}${date.slice(4)}`;
