// The partnership edition as files: plain pages, CSV and JSON that any web server, or none, can show. It takes an edition as it is and
// works nothing out; no script, no other host, no link into the internal site.
import {createHash} from "node:crypto";
import {line, scaleLinear} from "d3";
import {csvText} from "../csv-out.ts";
import {monthName} from "./figures.ts";
import {monthsShown, WITHHELD, type Block, type Edition, type EditionMeasure, type Row, type Shown, type Table} from "./partnership.ts";

const style = `:root{color-scheme:light dark;--ink:#15212b;--paper:#fff;--quiet:#4d5a66;--rule:#c9cfd2;--line:#0a5a68;--band:#dfe9ea}
@media(prefers-color-scheme:dark){:root{--ink:#e9f1f1;--paper:#10161a;--quiet:#a9b6bd;--rule:#46525a;--line:#7cc4cf;--band:#1d3339}}
*{box-sizing:border-box}body{font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:62rem;margin:0 auto;padding:1rem}
a{color:inherit}h1,h2,h3{line-height:1.2}.marking{font-weight:700;letter-spacing:.05em}.quiet,figcaption{color:var(--quiet)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;margin:0 0 1.5rem}
caption{text-align:left;font-weight:600;padding:.5rem 0}th,td{text-align:right;padding:.25rem .6rem;border-bottom:1px solid var(--rule)}
th:first-child,td:first-child{text-align:left}tr.total>*{font-weight:600}figure{margin:1rem 0}svg{width:100%;height:auto}
svg text{font:11px system-ui,sans-serif;fill:var(--quiet)}@media print{body{max-width:none}}`;
const styleHash = createHash("sha256").update(style).digest("base64");

/** Every file of the edition by its path. */
export function editionFiles(edition: Edition): Map<string, string> {
  const files = new Map<string, string>([
    ["index.html", index(edition)],
    ["about.html", about(edition)],
    ["tables.json", `${JSON.stringify(edition, null, 1)}\n`],
    ["downloads/all.csv", csvOf(edition.measures)]
  ]);
  for (const measure of edition.measures) {
    if (measure.lacks !== null) continue;
    files.set(`measures/${measure.id}.html`, measurePage(edition, measure));
    files.set(`downloads/${measure.id}.csv`, csvOf([measure]));
  }
  return files;
}

const columns = ["measure", "title", "quarter", "table", "group", "label", "numerator", "rest", "denominator", "percent"];

function csvOf(measures: readonly EditionMeasure[]): string {
  const rows = measures.flatMap(({id, title, blocks}) =>
    blocks.flatMap(({quarter, total, tables}) => {
      const told = (table: string) => ({group, label, numerator, rest, denominator, percent}: Row) => ({measure: id, title, quarter, table, group, label, numerator, rest, denominator, percent: percent ?? (denominator === 0 ? "" : WITHHELD)});
      return [...(total ? [told("quarter")(total)] : []), ...tables.flatMap(({dimension, rows: of}) => of.map(told(dimension)))];
    })
  );
  return csvText(columns, rows);
}

const text = (of: string) => of.replace(/[&<>"']/g, (c) => ({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})[c]!);
const number = (n: Shown) => (typeof n === "number" ? n.toLocaleString("en-GB") : n);
const percentOf = ({percent, denominator}: Row) => (percent === null ? (denominator === 0 ? "no cases" : WITHHELD) : `${percent.toFixed(1)}%`);

function pageOf(edition: Edition, title: string, up: string, body: string): string {
  return `<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex"><title>${text(title)} – ${text(edition.authority.name)}</title><style>${style}</style></head>
<body><header><p class="marking">${text(edition.example ? "EXAMPLE DATA: A FICTIONAL AUTHORITY" : edition.marking)}</p><nav aria-label="Pages"><a href="${up}index.html">All measures</a> · <a href="${up}about.html">What is given and what is withheld</a></nav></header>
<main><h1>${text(title)}</h1>
${body}
</main></body></html>
`;
}

function index(edition: Edition): string {
  const rows = edition.measures.map((measure) => {
    const newest = measure.blocks.findLast(({total}) => total !== null);
    const named = measure.lacks === null ? `<a href="measures/${measure.id}.html">${text(measure.title)}</a>` : text(measure.title);
    const cells = newest?.total ? [newest.total.label, percentOf(newest.total), number(newest.total.numerator), number(newest.total.denominator)] : [measure.lacks ?? "no whole quarter could be given", "", "", ""];
    return `<tr><th scope="row">${named}</th>${cells.map((cell) => `<td>${text(cell)}</td>`).join("")}</tr>`;
  });
  const span = edition.from && edition.to ? `<p>${text(monthName(edition.from))} to ${text(monthName(edition.to))}, in whole quarters.</p>` : "<p>No quarter is complete yet.</p>";
  return pageOf(
    edition,
    `Front door: partnership edition`,
    "",
    `<p>${text(edition.authority.name)}.</p>${span}<div class="scroll"><table><caption>Newest whole quarter of each measure</caption><thead><tr><th scope="col">Measure</th><th scope="col">Quarter</th><th scope="col">Share</th><th scope="col">Counted</th><th scope="col">Of</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>
<p>${WITHHELD}: withheld, so that no child can be made out. <a href="downloads/all.csv">Every table as CSV</a> · <a href="tables.json">as JSON</a></p>`
  );
}

function about(edition: Edition): string {
  const {threshold, rule} = edition.rule;
  const list = edition.measures.map(({title, breakdowns, rates}) => `<li>${text(title)}: months, quarters${rule === "hide" ? `, and by ${text(breakdowns.join(", ").replaceAll("_", " "))}` : ""}; shares with their numbers, control limits${rates.length ? ", rates per 10,000 children" : ""}.</li>`);
  return pageOf(
    edition,
    "What is given and what is withheld",
    "",
    `<ul><li>Numbers from 1 to ${threshold} are shown as ${WITHHELD}. Zeros are shown.</li>
<li>Other numbers are shown as ${WITHHELD} too where a small one could be worked out from them by adding and subtracting, along every total given here.</li>
<li>A share is given only where its number, the rest and their total are all shown.</li>
<li>Limits and rates are worked out from the numbers shown, and from nothing else.</li>
<li>A quarter is given once, when it is over, and is not changed when records are added or mended later: from two editions that differ, the few late records could be worked out. A quarter's tables may therefore differ a little from the authority's own figures.</li>
<li>Where even a quarter's total would give a small number away, the total and its breakdowns are left out, and the page says so.</li></ul>
<h2>The tables, all of them</h2><ul>${list.join("")}</ul>
<p>These pages hold no script, set no cookie and ask no other computer for anything. They have one heading order, tables with headings, and no meaning in colour alone.</p>`
  );
}

function measurePage(edition: Edition, measure: EditionMeasure): string {
  const {limits} = measure;
  const limitWords = limits ? `Mean ${limits.mean.toFixed(1)}%, limits ${limits.lower.toFixed(1)}% to ${limits.upper.toFixed(1)}%, from the ${limits.months} newest months shown.` : "Fewer than twelve months are shown, or all alike: no limits.";
  const rates = measure.rates.length ? `<div class="scroll"><table><caption>A year's worth per 10,000 children aged 0 to 17</caption><thead><tr><th scope="col">Quarter</th><th scope="col">Rate</th><th scope="col">Children (year)</th></tr></thead><tbody>${[...measure.rates].reverse().map((rate) => `<tr><th scope="row">${rate.quarter}</th><td>${rate.per10000.toFixed(1)}</td><td>${number(rate.population)} (${rate.year})</td></tr>`).join("")}</tbody></table></div>` : "";
  const quarters = [...measure.blocks].reverse().map((block) => quarterPart(measure, block));
  return pageOf(
    edition,
    measure.title,
    "../",
    `<p>${text(measure.question)}</p><dl><dt>Counted</dt><dd>${text(measure.numerator)}</dd><dt>Of</dt><dd>${text(measure.denominator)}</dd></dl>
<figure>${chart(measure)}<figcaption>Share by month; months that are withheld are left blank. ${limitWords}</figcaption></figure>
<p><a href="../downloads/${measure.id}.csv">These tables as CSV</a></p>${rates}${quarters.join("\n")}`
  );
}

function quarterPart(measure: EditionMeasure, {quarter, total, tables, withheld}: Block): string {
  const left = withheld.length ? `<p class="quiet">Left out, as a small number could be worked out: by ${text(withheld.join(", ").replaceAll("_", " "))}.</p>` : "";
  const none = total ? "" : `<p class="quiet">The quarter's total is left out, as a small number could be worked out from it.</p>`;
  return `<h2>${quarter}</h2>${none}${tables.map((table) => tablePart(measure, quarter, table, total)).join("")}${left}`;
}

function tablePart(measure: EditionMeasure, quarter: string, {dimension, rows}: Table, total: Row | null): string {
  const row = (of: Row, kind = "") => `<tr${kind}><th scope="row">${text(of.label)}</th><td>${number(of.numerator)}</td><td>${number(of.rest)}</td><td>${number(of.denominator)}</td><td>${percentOf(of)}</td></tr>`;
  return `<div class="scroll"><table><caption>${text(measure.title)}, ${quarter}, by ${text(dimension.replaceAll("_", " "))}</caption><thead><tr><th scope="col">${text(dimension === "month" ? "Month" : "Group")}</th><th scope="col">Counted</th><th scope="col">The rest</th><th scope="col">All</th><th scope="col">Share</th></tr></thead><tbody>${rows.map((one) => row(one)).join("")}${total ? row(total, ' class="total"') : ""}</tbody></table></div>`;
}

/** Share by month, 0 to 100 %, with the mean and its limits; months without a share are gaps. */
function chart({title, blocks, limits}: EditionMeasure): string {
  const months = blocks.flatMap(({tables}) => tables.find(({dimension}) => dimension === "month")!.rows);
  const x = scaleLinear([0, Math.max(1, months.length - 1)], [42, 790]);
  const y = scaleLinear([0, 100], [180, 12]);
  const path = line<Row>().defined(({percent}) => percent !== null).x((_, i) => x(i)).y(({percent}) => y(percent ?? 0))(months);
  const across = (value: number, dash: string) => `<path d="M42 ${y(value).toFixed(1)}H790" stroke="var(--line)" stroke-dasharray="${dash}" fill="none"/>`;
  const points = months.flatMap((month, i) => (month.percent === null ? [] : [`<circle cx="${x(i).toFixed(1)}" cy="${y(month.percent).toFixed(1)}" r="2.5" fill="var(--line)"><title>${text(month.label)}: ${month.percent.toFixed(1)}%</title></circle>`]));
  const ends = months.length ? `<text x="42" y="198">${text(months[0]!.label)}</text><text x="790" y="198" text-anchor="end">${text(months.at(-1)!.label)}</text>` : "";
  return `<svg viewBox="0 0 800 205" role="img" aria-label="${text(title)}: share by month, ${monthsShown(blocks).length} of ${months.length} months shown">${limits ? `<rect x="42" width="748" y="${y(limits.upper).toFixed(1)}" height="${(y(limits.lower) - y(limits.upper)).toFixed(1)}" fill="var(--band)"/>${across(limits.mean, "6 4")}` : ""}${[0, 50, 100].map((value) => `<text x="36" y="${y(value) + 4}" text-anchor="end">${value}%</text>`).join("")}<path d="${path ?? ""}" fill="none" stroke="var(--line)" stroke-width="1.5"/>${points.join("")}${ends}</svg>`;
}
