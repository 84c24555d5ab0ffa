// What the measures of escalation should count, from their definitions; random worlds, and small ones with the numbers worked out by hand.
import fc from "fast-check";
import {addDays, addMonths, addWorkingDays, dateOf, instant, wallTime, workingDaysBetween} from "../oracle/days.ts";
import type {Case, Oracle, Row, World} from "../oracle/measures.ts";
import type {Family} from "../family.ts";
import type {Example} from "../world.ts";
import {CARRIED, inNeedOn, inNeedSince, inTime, openSince, risen, teamOf, unreviewed, worlds as childrenInNeed} from "./children-in-need.ts";
import {apart, childIds, clock, days, isMidnight, maybe, row, rowsOf, seldom, several, snapshotDays, timeAfter, topLevel, wall, within} from "./front-door.ts";

// ---- X1, X2: raised and resolved ---------------------------------------------------------------------------------------

interface Stage {
  id: string;
  stage: number;
  raised: string;
  rows: Row[];
}
/** One a stage, however many brothers and sisters it is about. */
function stages(world: World, asAt: string): Stage[] {
  const known = rowsOf(world, "escalation").filter((e) => dateOf(e.raised_at!) <= asAt);
  return [...new Set(known.map((e) => `${e.escalation_id} ${e.stage}`))].map((key) => {
    const rows = known.filter((e) => `${e.escalation_id} ${e.stage}` === key);
    return {id: rows[0]!.escalation_id!, stage: Number(rows[0]!.stage), raised: rows.map((e) => wall(e.raised_at!)).sort()[0]!, rows};
  });
}

const X1: Oracle = (world, asAt) => {
  const all = stages(world, asAt);
  return [...new Set(all.map((s) => s.id))].map((id) => {
    const first = all.filter((s) => s.id === id).toSorted((a, b) => (`${a.raised} ${a.stage}` < `${b.raised} ${b.stage}` ? -1 : 1))[0]!;
    const by = first.rows.toSorted((a, b) => (`${wall(a.raised_at!)} ${a.child_id}` < `${wall(b.raised_at!)} ${b.child_id}` ? -1 : 1))[0]!;
    return {child: id, on: dateOf(first.raised), met: null, agency: topLevel(by.raised_by!), team: first.rows.find((e) => e.team)?.team};
  });
};

/** Children open at the end of a month, of all teams or of one. */
function openCases(world: World, asAt: string, month: string, team?: string): number | null {
  const day = snapshotDays(world, asAt).find((d) => d.startsWith(month));
  if (!day) return null;
  const children = [...new Set(Object.values(world).flat().flatMap((r) => (r.child_id ? [r.child_id] : [])))].filter((child) => openSince(world, asAt, child, day) && (!team || teamOf(world, child) === team));
  return children.length || null;
}

/** Day and last minute of a stage's limit; one in working days lasts until the next of them begins. */
function limitOf(s: Stage): {due: string; last: string} {
  const own = s.rows.flatMap((e) => (e.due_at ? [wall(e.due_at)] : [])).sort()[0];
  if (!own && s.stage > 1) {
    const days = s.stage === 2 ? 5 : 2;
    return {due: addWorkingDays(dateOf(s.raised), days), last: `${addDays(addWorkingDays(dateOf(s.raised), days + 1), -1)} 23:59`};
  }
  const limit = own ?? wallTime(instant(s.raised) + 48 * 60);
  return {due: dateOf(limit), last: isMidnight(limit) ? `${dateOf(limit)} 23:59` : limit};
}

const X2: Oracle = (world, asAt) =>
  stages(world, asAt).flatMap((s): Case[] => {
    const {due, last} = limitOf(s);
    const ended = s.rows.every((e) => e.resolved_at) ? s.rows.map((e) => wall(e.resolved_at!)).sort().at(-1)! : undefined;
    if (due > asAt) return [];
    if (ended && ended < s.raised && ended !== `${dateOf(s.raised)} 00:00`) return [];
    const settled = s.rows.every((e) => !["next_stage", "open"].includes(e.outcome ?? ""));
    return [{child: `${s.id}/${s.stage}`, on: due, met: !!ended && ended <= last && settled, team: s.rows.find((e) => e.team)?.team}];
  });

// ---- X3: broken rules, found by walking the days -------------------------------------------------------------------------

interface Broken {
  child: string;
  began: string;
  /** First day on which the rule was kept again, or there was no plan any more. */
  mended: string | undefined;
}

/** The stretches of a plan's days on which a rule was broken. */
function stretches(child: string, from: string, to: string | undefined, asAt: string, broken: (day: string) => boolean): Broken[] {
  const found: Broken[] = [];
  let began: string | undefined;
  for (let day = from; day <= asAt; day = addDays(day, 1)) {
    const is = !(to && day >= to) && broken(day);
    if (is && !began) began = day;
    if (!is && began) {
      found.push({child, began, mended: day});
      began = undefined;
    }
    if (to && day >= to) break;
  }
  return began ? [...found, {child, began, mended: undefined}] : found;
}

const X3: Oracle = (world, asAt) => {
  const plans = rowsOf(world, "cin_plan").filter((c) => c.started_on! <= asAt && !(c.ended_on && c.ended_on <= c.started_on!));
  const meetings = (child: string) => rowsOf(world, "cin_meeting").flatMap((m) => (m.child_id === child && m.type !== "core_group" && m.held_on && m.held_on <= asAt ? [m.held_on] : []));
  const noMeeting = plans.flatMap((c) => {
    const held = meetings(c.child_id!);
    return stretches(c.child_id!, c.started_on!, c.ended_on || undefined, asAt, (day) => workingDaysBetween(c.started_on!, day) > 10 && !held.some((m) => m <= day && m > addDays(day, -84)));
  });
  const starts = new Map(plans.map((c) => [`${c.child_id} ${inNeedSince(world, asAt, c.child_id!, c.started_on!)}`, c.child_id!]));
  const drift = [...starts].flatMap(([key, child]) => {
    const since = key.split(" ")[1]!;
    let end = since;
    while (end <= asAt && inNeedOn(world, asAt, child, end)) end = addDays(end, 1);
    return stretches(child, since, end > asAt ? undefined : end, asAt, (day) => addMonths(since, 9) < day && unreviewed(world, child, day));
  });
  // without strategy meetings on record nobody can say that there were none
  const risk = risen(world, asAt).filter(() => rowsOf(world, "strategy_meeting").some((m) => m.held_at)).filter((r) => r.due <= asAt && !inTime(r)).map((r) => ({child: r.child, began: r.due, mended: r.answered}));
  return [...noMeeting, ...drift, ...risk].flatMap((b): Case[] => {
    const due = addWorkingDays(b.began, 20);
    const challenged = [...rowsOf(world, "escalation").map((e) => ({child: e.child_id, at: e.raised_at!})), ...rowsOf(world, "management_oversight").map((o) => ({child: o.child_id, at: o.occurred_at!}))].some(
      (x) => x.child === b.child && dateOf(x.at) >= b.began && dateOf(x.at) <= asAt && within(b.began, dateOf(x.at), 20)
    );
    // what was put right in time asked for no escalation
    if (due > asAt || (!challenged && b.mended && within(b.began, b.mended, 20))) return [];
    return [{child: b.child, on: due, met: !challenged, team: teamOf(world, b.child)}];
  });
};

// ---- random worlds ---------------------------------------------------------------------------------------------------------

const READ = ["child", "referral", "cin_plan", "cp_plan", "care_episode", "early_help", "cin_meeting", "contact", "out_of_hours_contact", "missing_episode", "management_oversight", "strategy_meeting", "section_47", "conference"];

function worlds(asAt: string): fc.Arbitrary<World> {
  const escalation = fc.tuple(days(asAt, 700), clock).chain(([d, t]) =>
    row({
      child_id: childIds(12), escalation_id: fc.integer({min: 1, max: 14}).map((n) => `E${n}`), stage: fc.constantFrom("1", "1", "1", "2", "3", "4"), raised_by: fc.constantFrom("health.gp", "police", "education.school"), against: maybe(fc.constantFrom("social_care", "health.camhs")),
      raised_at: fc.constant(`${d} ${t}`), due_at: seldom(timeAfter(d, 6, 0)), resolved_at: maybe(timeAfter(d, 8), 4), outcome: maybe(fc.constantFrom("resolved", "next_stage", "withdrawn", "open"), 2), team: maybe(fc.constantFrom("North", "South"))
    })
  );
  return fc.tuple(childrenInNeed(asAt), several(escalation, 30)).map(([world, raised]) => ({
    ...Object.fromEntries(READ.flatMap((set) => (world[set] ? [[set, world[set]]] : []))),
    escalation: apart(raised, ["escalation_id", "child_id", "stage"])
  }));
}

// ---- by hand, as at Tuesday 14 May 2024 ------------------------------------------------------------------------------------

const escalation = (raised_at: string, rest: Row = {}): Row => ({escalation_id: "E1", child_id: "C1", raised_by: "health.gp", against: "social_care", stage: "1", raised_at, ...rest});
const plan = (started_on: string, rest: Row = {}): Row => ({child_id: "C1", started_on, ...rest});
const met = (held_on: string, rest: Row = {}): Row => ({child_id: "C1", meeting_id: `M${held_on}`, type: "review", held_on, ...rest});
const oversight = (occurred_at: string, kind: string, rest: Row = {}): Row => ({child_id: "C1", occurred_at, kind, ...rest});

const examples: Example[] = [
  {says: "an escalation that went on to the next stage was not resolved at the first", records: {escalation: [escalation("2024-04-02 10:00", {outcome: "next_stage", resolved_at: "2024-04-04 09:00"}), escalation("2024-04-08 10:00", {stage: "2", outcome: "resolved", resolved_at: "2024-04-15 16:00"})]}, want: {X2: [1, 2]}},
  {says: "one about a brother and a sister is one, and is not resolved until it is for both", records: {escalation: [escalation("2024-04-02 10:00", {resolved_at: "2024-04-03 10:00"}), escalation("2024-04-02 10:00", {child_id: "C2"})]}, want: {X2: [0, 1]}},
  {says: "48 hours to the minute, and a minute more", records: {escalation: [escalation("2024-04-02 10:00", {resolved_at: "2024-04-04 10:00"}), escalation("2024-04-02 10:00", {escalation_id: "E2", resolved_at: "2024-04-04 10:01"})]}, want: {X2: [1, 2]}},
  {says: "48 hours across the change of the clocks end an hour later by the clock", records: {escalation: [escalation("2024-03-30 10:00", {resolved_at: "2024-04-01 11:00"}), escalation("2024-03-30 10:00", {escalation_id: "E2", resolved_at: "2024-04-01 11:01"})]}, want: {X2: [1, 2]}},
  {says: "raised without a time of day: the whole of the second day after counts", records: {escalation: [escalation("2024-04-02", {resolved_at: "2024-04-04 17:00"}), escalation("2024-04-02", {escalation_id: "E2", resolved_at: "2024-04-05"})]}, want: {X2: [1, 2]}},
  {says: "stage 2 has five working days, Easter not among them", records: {escalation: [escalation("2024-03-27 10:00", {stage: "2", resolved_at: "2024-04-05 17:00"}), escalation("2024-03-27 10:00", {escalation_id: "E2", stage: "2", resolved_at: "2024-04-08 09:00"})]}, want: {X2: [1, 2]}},
  {says: "resolved on the Saturday after a due Friday is in time, on the Monday it is not", records: {escalation: [escalation("2024-04-12 10:00", {stage: "2", resolved_at: "2024-04-20 12:00"}), escalation("2024-04-12 10:00", {escalation_id: "E2", stage: "2", resolved_at: "2024-04-22 00:01"})]}, want: {X2: [1, 2]}},
  {says: "stage 3 has two working days; the early May holiday is none", records: {escalation: [escalation("2024-05-03 10:00", {stage: "3", resolved_at: "2024-05-08 12:00"}), escalation("2024-05-03 10:00", {escalation_id: "E2", stage: "3", resolved_at: "2024-05-09 12:00"})]}, want: {X2: [1, 2]}},
  {says: "a due time written on the stage goes before the standard", records: {escalation: [escalation("2024-04-02 10:00", {due_at: "2024-04-10 12:00", resolved_at: "2024-04-09 12:00"}), escalation("2024-04-02 10:00", {escalation_id: "E2", due_at: "2024-04-02 12:00", resolved_at: "2024-04-02 13:00"})]}, want: {X2: [1, 2]}},
  {says: "due today and not resolved fails, due tomorrow does not count yet", records: {escalation: [escalation("2024-05-12 10:00"), escalation("2024-05-13 10:00", {escalation_id: "E2"})]}, want: {X2: [0, 1]}},
  {says: "resolved before it was raised is a fault", records: {escalation: [escalation("2024-04-02 10:00", {resolved_at: "2024-04-01 10:00"})]}, want: {X2: [0, 0]}},
  {says: "marked as open it is not resolved, whatever the date says; withdrawn it is", records: {escalation: [escalation("2024-04-02 10:00", {resolved_at: "2024-04-03 10:00", outcome: "open"}), escalation("2024-04-02 10:00", {escalation_id: "E2", resolved_at: "2024-04-03 10:00", outcome: "withdrawn"})]}, want: {X2: [1, 2]}},
  {
    says: "three escalations, one of them in two stages, over two children open at each month's end, in three months",
    alone: true,
    records: {
      referral: ["C1", "C2"].map((child_id) => ({referral_id: `R${child_id}`, child_id, source: "6", referral_date: "2024-01-08"})),
      cin_plan: [plan("2024-02-05")],
      escalation: [escalation("2024-02-06 10:00", {resolved_at: "2024-02-07 10:00"}), escalation("2024-02-08 10:00", {stage: "2"}), escalation("2024-03-06 10:00", {escalation_id: "E2"}), escalation("2024-04-09 10:00", {escalation_id: "E3"}), escalation("2024-05-20 10:00", {escalation_id: "E4"})]
    },
    want: {X1: [3, 2, 150]},
    asked: {from: "2024-02", to: "2024-04"}
  },

  {says: "no meeting for a plan: the rule breaks on the eleventh working day, and twenty more go by unchallenged", records: {cin_plan: [plan("2024-03-04")]}, want: {X3: [1, 1]}},
  {says: "a plan a month younger has working days left", records: {cin_plan: [plan("2024-04-08")]}, want: {X3: [0, 0]}},
  {says: "escalated on the last of the twenty days: challenged; the day after is too late", records: {cin_plan: [plan("2024-03-04"), plan("2024-03-04", {child_id: "C2"})], escalation: [escalation("2024-04-18 23:00"), escalation("2024-04-19 09:00", {child_id: "C2", escalation_id: "E2"})]}, want: {X3: [1, 2]}},
  {says: "escalated before the rule was broken says nothing of it", records: {cin_plan: [plan("2024-03-04")], escalation: [escalation("2024-03-18 10:00")]}, want: {X3: [1, 1]}},
  {says: "any oversight of a manager is a challenge", records: {cin_plan: [plan("2024-03-04")], management_oversight: [oversight("2024-03-25 10:00", "chronology")]}, want: {X3: [0, 1]}},
  {says: "mended in time nothing was due: a meeting, or the plan ended", records: {cin_plan: [plan("2024-03-04"), plan("2024-03-04", {child_id: "C2", ended_on: "2024-04-10"})], cin_meeting: [met("2024-04-02")]}, want: {X3: [0, 0]}},
  {says: "mended after the twenty days: nobody had challenged it", records: {cin_plan: [plan("2024-03-04")], cin_meeting: [met("2024-04-19")]}, want: {X3: [1, 1]}},
  {says: "84 days after a meeting the rule breaks again", records: {cin_plan: [plan("2023-11-06")], cin_meeting: [met("2023-11-13"), met("2024-04-23")], management_oversight: [oversight("2024-02-05 10:00", "other")]}, want: {X3: [0, 1]}},
  {says: "drift: nine months and no senior review, though meetings were held", records: {cin_plan: [plan("2023-05-08")], cin_meeting: ["2023-05-15", "2023-07-31", "2023-10-16", "2024-01-01", "2024-03-18"].map((d) => met(d))}, want: {X3: [1, 1]}},
  {says: "drift, then a senior review within twenty working days: it was looked at", records: {cin_plan: [plan("2023-05-08")], cin_meeting: ["2023-05-15", "2023-07-31", "2023-10-16", "2024-01-01", "2024-03-18"].map((d) => met(d)), management_oversight: [oversight("2024-02-26 10:00", "case_review")]}, want: {X3: [0, 1]}},
  {
    says: "rising risk that nobody decided about and nobody challenged",
    records: {cin_plan: [plan("2024-01-08")], cin_meeting: [met("2024-01-15"), met("2024-03-25")], contact: ["2024-02-01 10:00", "2024-02-12 10:00"].map((received_at, i) => ({contact_id: `K${i}`, child_id: "C1", source: "6", received_at})), strategy_meeting: [{meeting_id: "S1", child_id: "C9", triggered_at: "2024-02-01 10:00", held_at: "2024-02-01 12:00"}]},
    want: {X3: [1, 1]}
  },
  {says: "one child, two rules broken: one child", records: {cin_plan: [plan("2023-05-08")]}, want: {X3: [1, 1]}}
];

export const family: Family = {
  name: "escalation",
  oracles: {
    X1: {kind: "rate", keyedByCase: true, rate: {per: 100, over: "period", base: openCases}, rows: X1},
    X2: {kind: "percentage", keyedByCase: true, rows: X2},
    X3: {kind: "percentage", counts: "child", rows: X3}
  },
  worlds,
  examples,
  carried: {...CARRIED, escalation: ["escalation_id", "child_id", "raised_by", "against", "stage", "raised_at", "due_at", "resolved_at", "outcome"], management_oversight: ["child_id", "occurred_at", "kind"]}
};
