// One child's records against time: a lane a kind of record, spans as bars, moments as marks, and clocks with their limits. Draws; says nothing that its table does not.
import {svg} from "./markup.js";
import {scaleUtc} from "d3-scale";
import {utcFormat} from "d3-time-format";
import type {Table} from "./download.js";
import {shortDay, spelt} from "./format.js";
import {inWords, teamName} from "./relabel.js";

/** A record as the API gives it; see server/child.ts. */
export interface TimelineEvent {
  set: string;
  at: string | null;
  end?: string | null;
  title: string;
  details: [label: string, value: string][];
  team: string | null;
}

/** A clock of one measure: from the record to its limit, and what came of it. */
export interface Clock {
  measure: string;
  started_on: string | null;
  counted_on: string;
  due_on: string;
  done_on: string | null;
  days_late: number | null;
}

export interface TimelineOptions {
  asAt: string;
  /** Months drawn, ending with the as-at date; null: everything. */
  months: number | null;
  width: number;
  label: string;
  /** Address of an event's row in the table, by its place in the list. */
  href?: (index: number) => string;
}

const names: Record<string, string> = {
  early_help: "Early help", contact: "Contacts", out_of_hours_contact: "Out of hours", missing_episode: "Missing", referral: "Referrals", assessment: "Assessments", visit: "Visits",
  strategy_meeting: "Strategy meetings", section_47: "Section 47", conference: "Conferences", cp_plan: "Protection plans", cin_plan: "CIN plans", cin_meeting: "CIN meetings", plan_action: "Plan actions",
  care_episode: "In care", screening: "Screenings", escalation: "Escalations", supervision: "Supervision", management_oversight: "Oversight", audit: "Audits", involvement: "Held by"
};

/** What a record set is called on the timeline and in its table. */
export const laneName = (set: string): string => inWords(names[set] ?? spelt(set));

/** What one record of a set is called: "Contact", "Visit". */
export function recordName(set: string): string {
  const one: Record<string, string> = {early_help: "Early help", out_of_hours_contact: "Out-of-hours contact", missing_episode: "Missing episode", cp_plan: "Child protection plan", cin_plan: "Child-in-need plan", cin_meeting: "CIN meeting", care_episode: "Care episode", supervision: "Supervision", management_oversight: "Management oversight", section_47: "Section 47 enquiry", involvement: "Held by"};
  return one[set] ? inWords(one[set]) : laneName(set).replace(/s$/, "");
}

const at = (text: string): Date => new Date(`${text.slice(0, 10)}T${text.slice(11, 16) || "00:00"}:00Z`);
const rowOf = 26;

/** Draws the lanes that hold something within the months shown. */
export function timeline(events: readonly TimelineEvent[], clocks: readonly Clock[], o: TimelineOptions): SVGElement {
  const now = at(o.asAt);
  const dated = events.map((event, index) => ({event, index})).filter(({event}) => event.at !== null);
  const earliest = Math.min(+now - 90 * 86_400_000, ...dated.map(({event}) => +at(event.at!)), ...clocks.map((c) => +at(c.started_on ?? c.counted_on)));
  const from = o.months === null ? new Date(earliest) : new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - o.months, now.getUTCDate()));
  const to = new Date(Math.max(+now + 14 * 86_400_000, ...clocks.filter((c) => c.done_on === null).map((c) => +at(c.due_on) + 7 * 86_400_000)));
  const shown = dated.filter(({event}) => (event.end === undefined ? +at(event.at!) >= +from : event.end === null || +at(event.end) >= +from));
  const running = together(clocks.filter((c) => +at(c.done_on ?? o.asAt) >= +from || +at(c.due_on) >= +from));
  const order = Object.keys(names);
  const lanes = [...new Set(shown.map(({event}) => event.set))].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const narrow = o.width < 560;
  const left = narrow ? 8 : 132;
  const x = scaleUtc([from, to], [left, o.width - 12]);
  const inside = (d: Date): number => round(Math.max(left, Math.min(o.width - 12, x(d))));
  const drawn = mostPressing(running);
  const packed = pack(drawn.map((clock) => ({clock, ...across(clock)})));
  const step = narrow ? 40 : rowOf;
  const top = 26;
  const clockTop = top + lanes.length * step + (packed.rows ? 14 : 0);
  const height = clockTop + packed.rows * 20 + (packed.rows && narrow ? 18 : 0) + 10;
  const lane = (i: number): number => top + i * step + (narrow ? 26 : 13);
  const ticks = x.ticks(Math.max(2, Math.floor((o.width - left) / 95)));
  const apart = ticks.length > 1 ? (+ticks[1]! - +ticks[0]!) / 86_400_000 : 31;
  const tickText = utcFormat(apart > 300 ? "%Y" : apart > 27 ? "%b %y" : "%-d %b");
  return svg`<svg class="chart timeline" viewBox="0 0 ${o.width} ${height}" width=${o.width} height=${height} role="group" aria-label=${o.label}>
    <defs><pattern id="late-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" class="late-ground" /><line x1="0" y1="0" x2="0" y2="5" class="late-line" /></pattern></defs>
    ${ticks.map((t) => svg.fragment`<line class="grid" x1=${inside(t)} x2=${inside(t)} y1=${top - 4} y2=${height - 6} /><text class="axis" x=${inside(t)} y="14" text-anchor="middle">${tickText(t)}</text>`)}
    <line class="now" x1=${inside(now)} x2=${inside(now)} y1=${top - 4} y2=${height - 6} />
    ${lanes.map((set, i) => svg.fragment`<line class="lane" x1=${left} x2=${o.width - 12} y1=${lane(i)} y2=${lane(i)} /><text class="lane-name" x=${narrow ? left : left - 10} y=${narrow ? lane(i) - 12 : lane(i) + 4} text-anchor=${narrow ? "start" : "end"}>${laneName(set)}</text>${shown.filter(({event}) => event.set === set).map(({event, index}) => mark(event, index, lane(i)))}`)}
    ${packed.rows ? svg.fragment`<text class="lane-name" x=${narrow ? left : left - 10} y=${clockTop + (narrow ? 8 : 14)} text-anchor=${narrow ? "start" : "end"}>Clocks</text>` : null}
    ${packed.placed.map(({clock: c, row}) => clockMark(c, clockTop + row * 20 + (narrow ? 22 : 10)))}
  </svg>`;

  function mark(event: TimelineEvent, index: number, y: number): Node {
    const words = `${recordName(event.set)}, ${shortDay(event.at)}${event.end === undefined ? "" : ` to ${event.end === null ? "now" : shortDay(event.end)}`}${event.title ? `: ${event.title}` : ""}`;
    const start = inside(at(event.at!));
    const seen = !event.details.some(([label, value]) => label === "Child seen" && value === "no");
    const end = event.end === undefined ? null : inside(event.end === null ? now : at(event.end));
    const shape =
      end !== null
        ? svg.fragment`<rect class=${event.end === null ? "span open" : "span"} data-set=${event.set} x=${start} y=${y - 6} width=${Math.max(3, round(end - start))} height="12" rx="2" />`
        : svg.fragment`<circle class=${+at(event.at!) > +now ? "moment planned" : seen ? "moment" : "moment unseen"} data-set=${event.set} cx=${start} cy=${y} r="5" />`;
    return o.href ? svg`<a href=${o.href(index)} aria-label=${words}><title>${words}</title>${shape}</a>` : svg`<g><title>${words}</title>${shape}</g>`;
  }

  /** Where a clock is drawn, in pixels, and all that it takes with its name: left of it where the right edge is too near. */
  function across(c: Clock): {begun: number; due: number; end: number; leftward: boolean; from: number; to: number} {
    const begun = inside(at(c.started_on ?? c.counted_on));
    const due = inside(at(c.due_on));
    const end = inside(at((c.days_late ?? 0) > 0 ? (c.done_on ?? o.asAt) : (c.done_on ?? c.due_on)));
    const [first, last, name] = [Math.min(begun, due), Math.max(begun, due, end), 7 * c.measure.length];
    const leftward = last + 10 + name > o.width;
    return {begun, due, end, leftward, from: first - (leftward ? 5 + name : 0), to: last + (leftward ? 8 : 16 + name)};
  }

  function clockMark(c: Clock, y: number): Node {
    const {begun, due, end, leftward} = across(c);
    const late = (c.days_late ?? 0) > 0;
    const words = `${c.measure}: limit ${shortDay(c.due_on)}${late ? `, ${c.days_late} days late${c.done_on === null ? " and still open" : ""}` : c.done_on === null ? ", still open" : `, done ${shortDay(c.done_on)}`}`;
    return svg`<g class="clock" data-late=${late ? "yes" : null}><title>${words}</title>
      <line class="allowed" x1=${begun} x2=${late ? due : Math.max(begun, end)} y1=${y} y2=${y} />
      ${late ? svg.fragment`<rect class="overrun" x=${due} y=${y - 4} width=${Math.max(2, round(end - due))} height="8" />` : null}
      <path class="limit-flag" d=${`M${due},${y + 7}v-14l6,3l-6,3`} />
      <text x=${round(leftward ? Math.min(begun, due) - 5 : Math.max(begun, due, end) + 9)} text-anchor=${leftward ? "end" : "start"} y=${y + 4}>${c.measure}</text></g>`;
  }
}

/** Clocks with the same limit and the same end, of several measures, are one clock with several names. */
export function together(clocks: readonly Clock[]): Clock[] {
  const found = new Map<string, Clock & {names: string[]}>();
  for (const c of clocks) {
    const key = [c.due_on, c.done_on, c.days_late].join("/");
    const one = found.get(key);
    if (!one) found.set(key, {...c, names: [c.measure]});
    else {
      if (!one.names.includes(c.measure)) one.names.push(c.measure);
      if ((c.started_on ?? c.counted_on) < (one.started_on ?? one.counted_on)) Object.assign(one, {started_on: c.started_on, counted_on: c.counted_on});
    }
  }
  return [...found.values()].map(({names: ids, ...c}) => ({...c, measure: ids.length > 3 ? `${ids.slice(0, 3).join(" ")} +${ids.length - 3}` : ids.join(" ")}));
}

const mostClocks = 30;

/** As many clocks as can be told apart: those that still wait first, then those that ran over, then the newest. */
function mostPressing(clocks: Clock[]): Clock[] {
  const press = (c: Clock): number => ((c.days_late ?? 0) > 0 ? (c.done_on === null ? 2 : 1) : 0);
  return [...clocks].sort((a, b) => press(b) - press(a) || b.due_on.localeCompare(a.due_on)).slice(0, mostClocks);
}

/** Puts what overlaps under one another, each in the first row where it fits. */
function pack<T extends {from: number; to: number}>(items: T[]): {placed: (T & {row: number})[]; rows: number} {
  const ends: number[] = [];
  const placed = [...items].sort((a, b) => a.from - b.from).map((item) => {
    const free = ends.findIndex((end) => end <= item.from);
    const row = free < 0 ? ends.length : free;
    ends[row] = item.to;
    return {...item, row};
  });
  return {placed, rows: ends.length};
}

const round = (n: number): number => Math.round(n * 10) / 10;

/** The records as a table, newest first. */
export function timelineTable(events: readonly TimelineEvent[]): Table {
  return {
    columns: ["Date", "To", "Record", "What", "Team", "Details"],
    rows: [...events].reverse().map((e) => [e.at ?? "no date", e.end ?? "", recordName(e.set), e.title, teamName(e.team ?? ""), e.details.map(([label, value]) => `${label}: ${value}`).join("; ")])
  };
}
