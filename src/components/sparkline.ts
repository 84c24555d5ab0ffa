// A small series with its process limits: the band is what chance alone would give. Decoration beside a number; the words say the same.
import {svg} from "./markup.js";
import {scaleLinear} from "d3-scale";
import {line} from "d3-shape";
import type {Kind, Meaning, SeriesPoint} from "../../etl/publish/published.ts";
import {isPercent} from "./format.js";
import {targetSpans, type Judged} from "./target.js";

export interface SparklineOptions extends Judged {
  kind: Kind;
  unit: string;
  mean: number | null;
  upper: number | null;
  lower: number | null;
  meaning: Meaning | null;
  width?: number; // defaults to 132
  height?: number; // defaults to 44
}

/** Draws a series, oldest first. Running months are hollow and joined by a broken line. */
export function sparkline(series: SeriesPoint[], o: SparklineOptions): SVGElement {
  const {width = 132, height = 44} = o;
  const clip = (v: number): number => (isPercent(o) ? Math.max(0, Math.min(100, v)) : Math.max(0, v));
  const known = series.filter((d) => d.value != null);
  const values = known.map((d) => d.value as number);
  const settled = known.filter((d) => d.complete).map((d) => d.value as number);
  const band = o.upper != null && o.lower != null ? {upper: clip(o.upper), lower: clip(o.lower)} : null;
  const held = targetSpans(o, series.map((d) => d.period));
  const all = [...(settled.length ? settled : values), ...(band ? [band.upper, band.lower] : []), ...held.map((t) => t.value)];
  const low = Math.min(...all, Infinity);
  const high = Math.max(...all, -Infinity);
  const x = scaleLinear([0, Math.max(1, series.length - 1)], [4, width - 5]);
  const y = scaleLinear(low < high ? [low, high] : [low - 1, low + 1], [height - 5, 5]).clamp(true);
  const place = series.map((d, i) => ({...d, i}));
  const at = (month: string): number => series.findIndex((d) => d.period === month);
  const half = (x(1) - x(0)) / 2;
  const draw = line<{i: number; value: number | null}>((d) => x(d.i), (d) => y(d.value ?? 0)).defined((d) => d.value != null);
  const whole = place.filter((d) => d.complete);
  const lastWhole = whole.filter((d) => d.value != null).at(-1);
  const running = lastWhole ? place.filter((d) => d.i >= lastWhole.i && (d === lastWhole || !d.complete)) : [];
  const end = place.filter((d) => d.value != null).at(-1);
  if (!values.length) return svg`<svg class="sparkline" viewBox="0 0 ${width} ${height}" width=${width} height=${height} aria-hidden="true"></svg>`;
  return svg`<svg class="sparkline" viewBox="0 0 ${width} ${height}" width=${width} height=${height} aria-hidden="true" focusable="false">
    ${band ? svg`<rect class="band" x="0" width=${width} y=${r(y(band.upper))} height=${r(Math.max(1, y(band.lower) - y(band.upper)))} />` : null}
    ${o.mean != null ? svg`<line class="mean" x1="0" x2=${width} y1=${r(y(o.mean))} y2=${r(y(o.mean))} />` : null}
    ${held.map((t) => svg`<line class="target" x1=${t.from === series[0]?.period ? 0 : r(x(at(t.from)) - half)} x2=${t.to === series.at(-1)?.period ? width : r(x(at(t.to)) + half)} y1=${r(y(t.value))} y2=${r(y(t.value))} />`)}
    <path class="series" d=${draw(whole) ?? ""} />
    ${running.length > 1 ? svg`<path class="series running" d=${draw(running) ?? ""} />` : null}
    ${lastWhole ? svg`<circle class="end" data-meaning=${o.meaning ?? "common"} cx=${r(x(lastWhole.i))} cy=${r(y(lastWhole.value as number))} r="3.2"/>` : null}
    ${end && !end.complete ? svg`<circle class="end hollow" cx=${r(x(end.i))} cy=${r(y(end.value as number))} r="2.6"/>` : null}
  </svg>`;
}

function r(n: number): number {
  return Math.round(n * 10) / 10;
}
