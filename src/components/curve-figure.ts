// Time to an event as a framed curve: what Time to seen shows, for the other clocks (assessment, strategy meeting, conference, coming back).
import {html} from "./markup.js";
import type {Curve, CurvesFile, MeasureDefinition} from "../../etl/publish/published.ts";
import {dimensionText, few} from "./format.js";
import {frame} from "./frame.js";
import {captionOf, casesLink, sourcesOf, type Context} from "./page.js";
import {seenBy, survivalChart, survivalTable, type SurvivalWords} from "./survival-chart.js";
import {curvesToDraw, noFigure} from "./topic.js";
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
  if (file.limit === null) return null;
  const limit = file.limit;
  const drawn = curvesToDraw(file.curves, context, file.id === "R5" ? "category" : "team");
  if (!drawn) return context.filters.length ? noFigure(words.about, file, context) : null;
  const {everyone, own, lead} = drawn;
  const others = drawn.groups.filter((c) => c.children >= 20).sort((a, b) => b.children - a.children).slice(0, 8);
  const shown = [...(everyone ? [everyone] : []), ...others, ...(own ? [own] : [])];
  const finding = findingOf(seenBy(lead, limit), limit, words);
  const named = own ? context.groupLabel : lead.label.charAt(0).toLowerCase() + lead.label.slice(1);
  return frame({
    about: `${words.about}${own ? `: ${own.label}` : ""}`,
    finding,
    draw: (width) => survivalChart(shown, {limitDays: limit, outerLimitDays: top < 100 ? 2 * limit : limit, chosen: own ? {dimension: own.dimension, group: own.group} : null, width, height: 320, letters: width >= 760 ? 34 : 19, words, top: Math.min(100, top), label: `Step chart: ${words.about}, ${few(shown.length)} lines. ${finding}. The table below holds every value.`}),
    caption: captionOf(context, d, d ? sourcesOf(context.run, d) : ""),
    table: survivalTable([...(everyone ? [everyone] : []), ...(own ? [own] : []), ...drawn.groups], words),
    file: `${file.id}_curve`,
    notes: [`${words.note ? `${words.note} ` : ""}Shaded: 95% band of ${named}. Groups of fewer than 20 are in the table only.${own && everyone ? withinNote(everyone, drawn.groups, context) : ""}`],
    definition: d,
    cases: d ? {href: casesLink(d.id, context.period, context.filters), text: "See the cases"} : null
  });
}

/** What the other lines are, beside a choice. */
export function withinNote(everyone: Curve, [one]: Curve[], {filters, groupLabel}: Pick<Context, "filters" | "groupLabel">): string {
  const beside = one && filters.some((f) => f.dimension === one.dimension);
  const others = !one ? "" : beside ? `; the thin lines are the others by ${dimensionText(one.dimension)}${filters.length > 1 ? ", with the rest of what you chose" : ""}` : `; each thin line is a part of ${groupLabel}`;
  return ` “${everyone.label}” is the whole authority${others}.`;
}

function findingOf(share: number, limit: number, words: CurveWords): string {
  if (share < 50) return `${share.toFixed(share < 10 ? 1 : 0)}% of ${words.what} ${words.were} by ${words.unit} ${limit}`;
  const in10 = Math.round(share / 10);
  return `${in10 === 10 ? "Nearly all" : `About ${few(in10)} in ten`} ${words.what} ${words.were} by ${words.unit} ${limit}`;
}
