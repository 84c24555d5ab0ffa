// Time to an event as a framed curve: what Time to seen shows, for the other clocks (assessment, strategy meeting, conference, coming back).
import {html} from "htl";
import type {CurvesFile, MeasureDefinition} from "../../etl/publish/published.ts";
import {few} from "./format.js";
import {frame} from "./frame.js";
import {captionOf, casesLink, sourcesOf, wholeNote, type Context} from "./page.js";
import {seenBy, survivalChart, survivalTable, type SurvivalWords} from "./survival-chart.js";
import {missingWords} from "./words.js";

export interface CurveWords extends SurvivalWords {
  about: string;
  /** "assessments": what is followed. */
  what: string;
  /** "were finished": follows the share in the finding. */
  were: string;
  /** Who is in the curve, where the axis does not say. */
  note?: string;
}

/** A curve with everything around it; null where it may not be read or nothing is in the period. */
export function curveFigure(file: CurvesFile | null, d: MeasureDefinition | null, context: Context, words: CurveWords, top = 100): HTMLElement | null {
  if (!file) return null;
  if (file.status === "not recorded") return html`<section class="panel"><h2><span class="about">${words.about}</span> Not recorded</h2><p>${missingWords(file.missing)} It is not zero: nothing loaded so far can say.</p></section>`;
  const now = file.curves.filter((c) => c.period === context.period.key);
  const everyone = now.find((c) => c.dimension === "all");
  if (!everyone || file.limit === null) return null;
  const limit = file.limit;
  const others = now.filter((c) => c.dimension !== "all" && c.children >= 20).sort((a, b) => b.children - a.children).slice(0, 8);
  const [only, second] = context.filters;
  const own = only && !second ? now.find((c) => c.dimension === only.dimension && c.group === only.group) : undefined;
  const chosen = own ?? everyone;
  const shown = [everyone, ...others.filter((c) => c !== chosen), ...(chosen === everyone ? [] : [chosen])];
  const finding = findingOf(seenBy(chosen, limit), limit, words);
  return frame({
    about: `${words.about}${chosen === everyone ? "" : `: ${chosen.label}`}`,
    finding,
    draw: (width) => survivalChart(shown, {limitDays: limit, outerLimitDays: top < 100 ? 2 * limit : limit, chosen: chosen === everyone ? null : {dimension: chosen.dimension, group: chosen.group}, width, height: 320, letters: width >= 760 ? 34 : 19, words, top: Math.min(100, top), label: `Step chart: ${words.about}, ${few(shown.length)} lines. ${finding}. The table below holds every value.`}),
    caption: captionOf(own ? context : {...context, filters: []}, d, d ? sourcesOf(context.run, d) : ""),
    table: survivalTable(now, words),
    file: `${file.id}_curve`,
    notes: [`${words.note ? `${words.note} ` : ""}Shaded: 95% band of ${chosen.label.charAt(0).toLowerCase()}${chosen.label.slice(1)}. Groups of fewer than 20 are in the table only.${own ? "" : wholeNote(context)}`],
    definition: d,
    cases: d ? {href: casesLink(d.id, context.period, own ? context.filters : null), text: "See the cases"} : null
  });
}

function findingOf(share: number, limit: number, words: CurveWords): string {
  if (share < 50) return `${share.toFixed(share < 10 ? 1 : 0)}% of ${words.what} ${words.were} by ${words.unit} ${limit}`;
  const in10 = Math.round(share / 10);
  return `${in10 === 10 ? "Nearly all" : `About ${few(in10)} in ten`} ${words.what} ${words.were} by ${words.unit} ${limit}`;
}
