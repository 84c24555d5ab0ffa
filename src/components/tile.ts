// One headline measure: value, n of d, change, signal or noise, target, comparator, sparkline. The title opens the measure.
import {html} from "./markup.js";
import type {Figure, GlanceFile, Period} from "../../etl/publish/published.ts";
import {change, comparable, count, covered, isPercent, shortName, shareText, shortValue, valueText, type Measured} from "./format.js";
import {assuranceIcon, variationIcon} from "./icons.js";
import {sparkline} from "./sparkline.js";
import {targetIn} from "./target.js";
import {fewCases} from "./statistics.js";
import {assuranceWords, missingWords, variationWords} from "./words.js";

export type Tile = GlanceFile["tiles"][number] & {
  /** Why there is no figure within what was chosen. */
  unsplit?: string | null;
};

export interface TileOptions {
  period: Period;
  before: Period | null;
  /** The same months a year before, where `before` is not these. */
  yearBefore?: Period | null | undefined;
  /** Where the title leads. */
  href: string;
  /** Where "cases" leads; null hides the link. */
  casesHref: string | null;
}

/** A tile for one measure and period. */
export function tile(t: Tile, o: TileOptions): HTMLElement {
  const title = html`<h3><a href=${o.href}>${t.title}</a> <span class="id">${t.id}</span></h3>`;
  if (t.status === "not recorded")
    return html`<article class="tile absent" data-measure=${t.id}>${title}<p class="value">not recorded</p><p class="missing">${missingWords(t.missing)}</p></article>`;
  if (t.unsplit) return html`<article class="tile absent" data-measure=${t.id}>${title}<p class="value">no figure</p><p class="missing">${t.unsplit}</p></article>`;
  const now = t.figures.find((f) => f.period === o.period.key);
  const target = targetIn(t, o.period.to);
  const since = [o.before, o.yearBefore ?? null].flatMap((past) => {
    const moved = past && comparable(t.series, o.period, past) ? change(now, t.figures.find((f) => f.period === past.key), t) : null;
    return past && moved ? [{past, moved}] : [];
  });
  const small = isPercent(t) && now?.denominator != null && now.denominator > 0 && now.denominator < fewCases;
  const assurance = t.good === "neutral" ? undefined : assuranceWords(t.assurance)?.short;
  return html`<article class="tile" data-measure=${t.id} data-meaning=${t.variation ?? "none"} data-few=${small ? "yes" : null}>
    ${title}
    <div class="figure">
      <div>
        <p class="value">${now?.value == null ? html`<span class="none">${emptyWords(now)}</span>` : bigValue(now.value, t)}</p>
        <p class="share">${share(now, t, o.casesHref)}${small ? html` <b class="few">few cases</b>` : null}</p>
      </div>
      ${sparkline(covered(t.series), {...t, meaning: t.variation})}
    </div>
    ${since.length ? since.map(({past, moved}) => html`<p class="change">${arrow(moved.by)} ${moved.text} <span class="quiet">on ${past === o.before ? lower(shortName(past.label)) : "a year earlier"}</span></p>`) : html`<p class="change"><span class="quiet">No full earlier period to compare</span></p>`}
    <ul class="signals">
      <li>${variationIcon(t.variation, t.good)}<span>${variationWords(t.variation).short}${t.trial && t.variation ? html` <small>(trial limits)</small>` : null}</span></li>
      ${assurance ? html`<li>${assuranceIcon(t.assurance, t.good)}<span>${assurance}</span></li>` : null}
    </ul>
    <p class="against">${target != null ? html`<span>Target ${shortValue(target, t)}</span>` : null}${
      t.comparator ? html`<span>${t.comparator.area} ${shortValue(t.comparator.value, t)} <small>(${t.comparator.year})</small></span>` : null
    }${target == null && !t.comparator ? html`<span>${t.good === "neutral" ? "No target: neither high nor low is good" : "No target set"}</span>` : null}</p>
  </article>`;
}

// "1,333 of 2,165", which opens into those cases: every number does.
function share(f: Figure | undefined, t: Tile, href: string | null): Node | string {
  const text = shareText(f ?? {numerator: null, denominator: null});
  // counted within what was chosen, where the number of children is not known
  const unbased = t.kind === "rate" && f?.value === null && Boolean(f.numerator);
  const words = unbased ? `${count(f!.numerator!)} counted, no base for a rate` : t.kind === "snapshot" && text ? `${text} open` : text || unitLine(t);
  return href ? html`<a href=${href} aria-label=${`${words}: see the cases of ${t.title}`}>${words}</a>` : words;
}

/** A value in large print, its unit small beside it. */
export function bigValue(value: number | null, t: Measured): Node | string {
  if (value == null || t.kind !== "duration") return valueText(value, t);
  const [number = "", ...unit] = valueText(value, t).split(" ");
  return html`<span>${number}<small> ${unit.join(" ")}</small></span>`;
}

function emptyWords(f: Figure | undefined): string {
  return f && f.denominator === 0 ? "none due" : "no figure";
}

function unitLine(t: Tile): string {
  return t.kind === "duration" ? "median" : t.kind === "rate" ? "per 10,000 children" : t.unit;
}

function arrow(by: number): Node {
  return html`<span class="arrow" aria-hidden="true">${by > 0 ? "▲" : by < 0 ? "▼" : "="}</span>`;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
