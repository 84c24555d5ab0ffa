// One headline measure: value, n of d, change, signal or noise, target, comparator, sparkline. The title opens the measure.
import {html} from "htl";
import type {Figure, GlanceFile, Period} from "../../etl/publish/published.ts";
import {change, count, isPercent, shareText, shortValue, valueText} from "./format.js";
import {assuranceIcon, variationIcon} from "./icons.js";
import {sparkline} from "./sparkline.js";
import {fewCases} from "./statistics.js";
import {assuranceShort, missingWords, variationWords} from "./words.js";

export type Tile = GlanceFile["tiles"][number];

export interface TileOptions {
  period: Period;
  before: Period | null;
  /** Where the title leads. */
  href: string;
  /** Where "cases" leads; null hides the link. */
  casesHref: string | null;
  /** Said under the title when the tile shows something other than the chosen group. */
  note?: string | undefined;
}

/** A tile for one measure and period. */
export function tile(t: Tile, o: TileOptions): HTMLElement {
  const title = html`<h3><a href=${o.href}>${t.title}</a> <span class="id">${t.id}</span></h3>`;
  if (t.status === "not recorded")
    return html`<article class="tile absent">${title}<p class="value">not recorded</p><p class="missing">${missingWords(t.missing)}</p></article>`;
  const now = t.figures.find((f) => f.period === o.period.key);
  const before = o.before ? t.figures.find((f) => f.period === o.before?.key) : undefined;
  const moved = change(now, before, t);
  const small = isPercent(t) && now?.denominator != null && now.denominator > 0 && now.denominator < fewCases;
  const assurance = assuranceShort(t.assurance, t.good);
  return html`<article class="tile" data-meaning=${t.variation ?? "none"} data-few=${small ? "yes" : null}>
    ${title}
    ${o.note ? html`<p class="note">${o.note}</p>` : null}
    <div class="figure">
      <div>
        <p class="value">${now?.value == null ? html`<span class="none">${emptyWords(now)}</span>` : big(now.value, t)}</p>
        <p class="share">${shareText(now ?? {numerator: null, denominator: null}) || unitLine(t)}${small ? html` <b class="few">few cases</b>` : null}</p>
      </div>
      ${sparkline(t.series, {...t, meaning: t.variation})}
    </div>
    <p class="change">${moved ? html`${arrow(moved.by)} ${moved.text} <span class="quiet">on ${o.before?.label ? lower(o.before.label) : "before"}</span>` : html`<span class="quiet">No earlier period to compare</span>`}</p>
    <ul class="signals">
      <li>${variationIcon(t.variation, t.good)}<span>${variationWords(t.variation).short}${t.trial ? html` <small>(trial limits)</small>` : null}</span></li>
      ${assurance ? html`<li>${assuranceIcon(t.assurance, t.good)}<span>${assurance}</span></li>` : null}
    </ul>
    <p class="against">${t.target != null ? html`<span>Target ${shortValue(t.target, t)}</span>` : null}${
      t.comparator ? html`<span>${t.comparator.area} ${shortValue(t.comparator.value, t)} <small>(${t.comparator.year})</small></span>` : null
    }${o.casesHref ? html`<a class="cases" href=${o.casesHref}>${casesText(now, t)}</a>` : null}</p>
  </article>`;
}

function big(value: number, t: Tile): Node | string {
  if (t.kind !== "duration") return valueText(value, t);
  const [number = "", ...unit] = valueText(value, t).split(" ");
  return html`<span>${number}<small> ${unit.join(" ")}</small></span>`;
}

function emptyWords(f: Figure | undefined): string {
  return f && f.denominator === 0 ? "none due" : "no figure";
}

function unitLine(t: Tile): string {
  return t.kind === "duration" ? "median" : t.kind === "rate" ? "per 10,000 children" : t.unit;
}

function casesText(f: Figure | undefined, t: Tile): string {
  const n = t.kind === "percentage" || t.kind === "snapshot" ? f?.denominator : f?.numerator;
  return n == null ? "See cases" : n === 1 ? "1 case" : `${count(n)} cases`;
}

function arrow(by: number): Node {
  return html`<span class="arrow" aria-hidden="true">${by > 0 ? "▲" : by < 0 ? "▼" : "="}</span>`;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
