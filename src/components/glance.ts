// At a glance: what changed, what is off target, is it signal, how fresh is this. Everything is painted from glance.json and run.json.
import {html} from "./markup.js";
import type {Attention, GlanceFile, MeasureFile, RunFile} from "../../etl/publish/published.ts";
import {capital, count, few, list, shortDay, shortName} from "./format.js";
import {figuresOf} from "./headline.js";
import {casesLink, page, shownMeasures, unsplitWords, type Context} from "./page.js";
import {link} from "./state.js";
import {targetIn} from "./target.js";
import {tile, type Tile} from "./tile.js";
import {misses} from "./words.js";

interface Loaded {
  glance: GlanceFile;
  /** Measures within what was chosen, by id; empty where nothing was. */
  files: Map<string, MeasureFile>;
}

/** The page. */
export function glancePage(): HTMLElement {
  return page<Loaded>({load, view: glanceView});
}

async function load(context: Context): Promise<Loaded> {
  const glance = await context.open.glance();
  return {glance, files: context.filters.length ? await shownMeasures(context, glance.tiles.filter((t) => t.status === "ok").map((t) => t.id), {drawn: {}}) : new Map()};
}

/** Draws the page from what was loaded. */
export function glanceView({glance, files}: Loaded, context: Context): Node {
  const tiles = glance.tiles.map((t) => forGroup(t, files.get(t.id), context));
  return html`<div class="glance">
    <p class="lede">${context.filters.length ? html`<b>Tiles show ${context.groupLabel}.</b> ` : null}${summary(tiles, context)}</p>
    <div class="glance-side">
      ${attention(glance.attention, context)}
      ${freshness(context.run)}
      ${key()}
    </div>
    <section class="glance-tiles" aria-labelledby="headline">
      <h2 id="headline" class="sr">Headline measures</h2>
      <ul>${tiles.map((t) => html`<li>${tile(t, {
        period: context.period,
        before: context.before,
        yearBefore: context.yearBefore,
        href: link("measure", {id: t.id}),
        casesHref: t.status === "ok" && !t.unsplit ? casesLink(t.id, context.period, context.filters) : null
      })}</li>`)}</ul>
    </section>
  </div>`;
}

function forGroup(t: Tile, file: MeasureFile | undefined, context: Context): Tile {
  if (!context.filters.length || t.status !== "ok") return t;
  if (!file) throw new Error(`The figures of ${t.id} within what you chose did not arrive. Reload the page.`);
  return {...t, ...figuresOf(file), unsplit: unsplitWords(file)};
}

/** The page in one sentence or two. */
export function summary(tiles: Tile[], context: Pick<Context, "period" | "run">): string {
  const ok = tiles.filter((t) => t.status === "ok" && !t.unsplit);
  const known = ok.filter((t) => t.variation).length;
  const worse = ok.filter((t) => t.variation === "concern").length;
  const better = ok.filter((t) => t.variation === "improvement").length;
  const other = ok.filter((t) => t.variation === "neutral-high" || t.variation === "neutral-low").length;
  const off = ok.filter((t) => misses(t.figures.find((f) => f.period === context.period.key)?.value ?? null, targetIn(t, context.period.to), t.good)).length;
  const targets = ok.filter((t) => targetIn(t, context.period.to) != null && t.good !== "neutral").length;
  const are = (n: number): string => `${few(n)} ${n === 1 ? "is" : "are"}`;
  const changed = [worse ? `${are(worse)} getting worse` : "", better ? `${are(better)} improving` : "", other ? `${are(other)} unusual` : ""].filter(Boolean);
  const of = `${few(ok.length)} headline ${ok.length === 1 ? "measure" : "measures"}`;
  const untold = known < ok.length ? ` ${capital(few(ok.length - known))} ${ok.length - known === 1 ? "has" : "have"} too few months to tell.` : "";
  const none = tiles.some((t) => t.unsplit) ? "No headline measure has a figure for this choice." : "No headline measure can be computed yet.";
  const first = !ok.length ? none : !known ? `Too few months yet to tell change from chance in any of ${of}.` : `${changed.length ? `Of ${of} ${list(changed)}, beyond chance; the rest are steady.` : `None of ${of} has changed beyond chance.`}${untold}`;
  const absent = tiles.filter((t) => t.status !== "ok").length;
  const second = targets ? ` ${targets === 1 ? `The one with a target ${off ? "misses" : "meets"} it` : off === targets ? `${off === 2 ? "Both" : `All ${few(off)}`} with a target miss it` : `${capital(few(off))} of the ${few(targets)} with a target ${off === 1 ? "misses" : "miss"} it`}${absent ? `; ${few(absent)} cannot be computed yet` : ""}.` : absent && ok.length ? ` ${capital(few(absent))} cannot be computed yet.` : "";
  return first + second;
}

function attention(items: Attention[], context: Context): HTMLElement {
  const sorted = [...items].sort((a, b) => a.rank - b.rank);
  const shown = sorted.slice(0, 5);
  const rest = sorted.slice(5);
  return html`<section class="attention" aria-labelledby="attention"><h2 id="attention">What needs attention${context.filters.length ? html` <small class="quiet">whole authority</small>` : null}</h2>
    ${shown.length ? html`<ol>${shown.map((a) => item(a, context))}</ol>` : html`<p>Nothing stands out: no change beyond chance, no target newly missed, no stale source.</p>`}
    ${rest.length ? html`<details><summary>${count(rest.length)} more</summary><ol start="6">${rest.map((a) => item(a, context))}</ol></details>` : null}
  </section>`;
}

const kinds: Record<Attention["kind"], string> = {"special-cause": "Change", "target-missed": "Target missed", "stale-source": "Stale data", gap: "Gap", "not-recorded": "Not recorded"};

function item(a: Attention, context: Context): HTMLElement {
  const e = a.evidence;
  const from = e.from?.slice(0, 7) ?? context.period.from;
  const to = e.to?.slice(0, 7) ?? context.period.to;
  const group = e.dimension && e.group ? {dimension: e.dimension, group: e.group} : null;
  const cases = a.kind === "stale-source" || a.kind === "not-recorded" || !a.measure ? null : casesLink(a.measure, {from, to}, group, e.met ? {met: e.met} : {});
  const word = a.kind === "special-cause" ? {bad: "Worse", good: "Better", neutral: "Unusual"}[a.direction] : kinds[a.kind];
  return html`<li data-kind=${a.kind} data-direction=${a.direction}><b class="kind">${word}</b> ${a.text} <span class="opens">${
    a.measure ? html`<a href=${link("measure", {id: a.measure})} aria-label=${`Open measure ${a.measure}`}>${a.measure}</a>` : null
  }${cases ? html`<a href=${cases}>${e.cases == null ? "See cases" : `${count(e.cases)} ${e.cases === 1 ? "case" : "cases"}`}<span class="sr"> for ${a.measure}</span></a>` : a.kind === "stale-source" || a.kind === "not-recorded" ? html`<a href=${link("data/refresh")}>What was loaded</a>` : null}</span></li>`;
}

/** Every source with its newest record; stale ones first and in words. */
export function freshness(run: RunFile): HTMLElement {
  const rows = [...run.freshness].sort((a, b) => Number(b.stale) - Number(a.stale) || b.daysOld - a.daysOld);
  const stale = rows.filter((f) => f.stale).length;
  const dated = rows.filter((f) => f.newestRecord).length;
  const shown = rows.slice(0, Math.max(stale, 5));
  const rest = rows.slice(shown.length);
  return html`<section class="freshness" aria-labelledby="fresh"><h2 id="fresh">How fresh is this</h2>
    <p class="quiet">${stale ? `${capital(few(stale))} of ${few(rows.length)} sources ${stale === 1 ? "is" : "are"} stale.` : !dated ? "No source holds a dated record." : rows.length === 1 ? "The one source is fresh." : `${rows.length === 2 ? "Both" : `All ${few(rows.length)}`} sources are fresh.`}</p>
    ${ages(shown)}
    ${rest.length ? html`<details><summary>${count(rest.length)} more${dated ? ", all fresh" : ""}</summary>${ages(rest)}</details>` : null}</section>`;
}

function ages(rows: RunFile["freshness"]): HTMLElement {
  return html`<table><thead class="sr"><tr><th scope="col">Source</th><th scope="col">Newest record, and its age</th></tr></thead><tbody>${rows.map(
      (f) => html`<tr data-stale=${f.stale ? "yes" : null}><th scope="row">${shortName(f.source)}</th><td>${f.newestRecord ? shortDay(f.newestRecord) : "no dates in it"}${f.daysOld > 0 ? html`<span class="age">${f.stale ? "stale, " : ""}${f.daysOld === 1 ? "1 day" : `${count(f.daysOld)} days`}</span>` : null}</td></tr>`
    )}</tbody></table>`;
}

function key(): HTMLElement {
  return html`<p class="key"><span class="swatch band"></span><span>what chance alone gives</span><span class="swatch mean"></span><span>average</span><span class="swatch target"></span><span>target</span><span class="swatch hollow"></span><span>month still running</span></p>`;
}

