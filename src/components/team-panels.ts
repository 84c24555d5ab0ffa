// Small multiples: one panel a team, all on one scale, the whole authority pale behind each. Compares teams, never people.
import {html, svg} from "./markup.js";
import {scaleLinear} from "d3-scale";
import {line} from "d3-shape";
import type {Figure, Good, SeriesPoint} from "../../etl/publish/published.ts";
import type {Table} from "./download.js";
import {covered, isPercent, monthIndex, shareText, shortMonth, shortValue, valueText, type Measured} from "./format.js";
import {targetSpans, type Judged} from "./target.js";
import {comparable, isSmall} from "./group-bars.js";

export interface Panel {
  group: string;
  label: string;
  series: SeriesPoint[];
  figure: Figure;
  /** Where its cases open. */
  href: string | null;
}

export interface PanelOptions extends Measured, Judged {
  good: Good;
  /** Everyone's series, drawn pale in every panel; a count is not comparable with its parts and is left out. */
  all: SeriesPoint[];
  chosen: string | null;
  label: string;
  width: number;
}

const GAP = 18;
const HEIGHT = 86;

/** Draws the panels in the order given: label and figure above, months below. */
export function teamPanels(panels: Panel[], o: PanelOptions): HTMLElement {
  const most = Math.max(1, Math.min(panels.length, Math.floor((o.width + GAP) / (190 + GAP))));
  const columns = Math.ceil(panels.length / Math.ceil(panels.length / most)); // rows as even as they can be
  const width = Math.floor((o.width - GAP * (columns - 1)) / columns);
  const last = 24;
  const whole = (series: SeriesPoint[]) => covered(series).filter((p) => p.complete).slice(-last);
  const all = comparable(o) ? whole(o.all) : [];
  const drawn = panels.map((p) => whole(p.series));
  const values = [...drawn.flat(), ...all].flatMap((p) => p.value ?? []);
  const shown = [...new Set([...drawn.flat(), ...all].map((p) => p.period))].sort();
  const held = targetSpans(o, shown);
  values.push(...held.map((t) => t.value));
  const months = [...drawn.flat(), ...all].map((p) => monthIndex(p.period));
  const top = Math.max(...values, o.kind === "percentage" ? 0 : 1);
  const floor = o.kind === "count" ? 0 : Math.min(...values);
  const y = scaleLinear([Math.max(0, floor - (top - floor) * 0.1), isPercent(o) ? Math.min(100, top + (top - floor) * 0.1) : top * 1.05], [HEIGHT - 18, 8]).nice(3);
  const x = scaleLinear([Math.min(...months), Math.max(...months, Math.min(...months) + 1)], [34, width - 6]);
  const list = html`<ul class="panels" aria-label=${o.label}>${panels.map((p, i) => html`<li data-chosen=${o.chosen === p.group ? "yes" : null} data-few=${isSmall(p.figure, o) ? "yes" : null}>
    <p><b>${p.label}</b> <span class="panel-value">${p.figure.value == null ? (p.figure.denominator === 0 ? "none due" : "no figure") : valueText(p.figure.value, o)}</span>
    ${p.href && shareText(p.figure) ? html` <a href=${p.href}>${shareText(p.figure)}<span class="sr"> cases, ${p.label}</span></a>` : null}${isSmall(p.figure, o) ? html` <span class="tag">few cases</span>` : null}</p>
    ${values.length ? panel(drawn[i]!, all, {o, held, x, y, width}) : html`<p class="quiet">No whole month yet</p>`}
  </li>`)}</ul>`;
  list.style.setProperty("--columns", String(columns)); // by script: the content security policy refuses style attributes
  return list;
}

function panel(series: SeriesPoint[], all: SeriesPoint[], {o, held, x, y, width}: {o: PanelOptions; held: ReturnType<typeof targetSpans>; x: (n: number) => number; y: {(n: number): number; ticks: (n: number) => number[]}; width: number}): SVGElement {
  const draw = line<SeriesPoint>((d) => r(x(monthIndex(d.period))), (d) => r(y(d.value ?? 0))).defined((d) => d.value != null);
  const first = series[0];
  const last = series.at(-1);
  const end = series.filter((d) => d.value != null).at(-1);
  return svg`<svg class="chart panel-chart" viewBox="0 0 ${width} ${HEIGHT}" width=${width} height=${HEIGHT} aria-hidden="true" focusable="false">
    ${y.ticks(2).map((t) => svg.fragment`<line class="grid" x1="34" x2=${width - 6} y1=${r(y(t))} y2=${r(y(t))} /><text class="axis" x="30" y=${r(y(t) + 4)} text-anchor="end">${shortValue(t, o)}</text>`)}
    ${held.map((t, i) => svg`<line class="target" x1=${i ? r(x(monthIndex(t.from) - 0.5)) : 34} x2=${i === held.length - 1 ? width - 6 : r(x(monthIndex(t.to) + 0.5))} y1=${r(y(t.value))} y2=${r(y(t.value))} />`)}
    ${all.length ? svg`<path class="behind" d=${draw(all) ?? ""} />` : null}
    <path class="series" d=${draw(series) ?? ""} />
    ${end ? svg`<circle class="end" cx=${r(x(monthIndex(end.period)))} cy=${r(y(end.value!))} r="3" />` : null}
    ${first ? svg`<text class="axis" x="34" y=${HEIGHT - 3}>${shortMonth(first.period)}</text>` : null}
    ${last && last !== first ? svg`<text class="axis" x=${width - 6} y=${HEIGHT - 3} text-anchor="end">${shortMonth(last.period)}</text>` : null}
  </svg>`;
}

/** Every team and month as a long table. */
export function teamTable(panels: Panel[], o: Measured): Table {
  return {
    columns: ["Group", "Month", isPercent(o) ? "Percent" : o.unit, "Numerator", "Denominator"],
    rows: panels.flatMap((p) => covered(p.series).filter((d) => d.complete).map((d) => [p.label, d.period, d.value == null ? null : Math.round(d.value * 10) / 10, d.numerator, d.denominator]))
  };
}

function r(n: number): number {
  return Math.round(n * 10) / 10;
}
