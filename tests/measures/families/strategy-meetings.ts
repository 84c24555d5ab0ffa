// What the measures of strategy meetings should count, from their definitions; random worlds, and small ones with the numbers worked out by hand.
import fc from "fast-check";
import {addDays, ageAt, bankHolidays, dateOf, elapsedMinutes, instant, wallTime, workingDaysBetween} from "../oracle/days.ts";
import type {Case, Oracle, Row, World} from "../oracle/measures.ts";
import type {Family} from "../family.ts";
import type {Example} from "../world.ts";
import {apart, childIds, clock, days, dueAfter, flag, isMidnight, maybe, numbered, row, rowsOf, seldom, several, team, timeAfter, topLevel, wall} from "./front-door.ts";

const THERE = ["in_person", "video", "telephone", "attended", "part"];
const OURS = ["social_care", "social_care.mash", "out_of_hours", "legal", "family", "child"];
const KNOWN = ["social_care", "social_care.mash", "social_care.other_authority", "police", "health", "health.gp", "health.camhs", "education", "education.school", "family"];
/** The top level of an agency's code; a word that no list knows is unmapped. */
const agencyOf = (r: Row) => (KNOWN.includes(r.agency!) ? topLevel(r.agency!) : "unmapped");

interface Meeting {
  id: string;
  on: string;
  children: Row[];
  team: string | undefined;
}

/** Distinct meetings held by the as-at date. */
function meetings(world: World, asAt: string): Meeting[] {
  const all = rowsOf(world, "strategy_meeting");
  return [...new Set(all.map((r) => r.meeting_id!))].flatMap((id) => {
    const children = all.filter((r) => r.meeting_id === id);
    const held = children.flatMap((r) => (r.held_at ? [wall(r.held_at)] : [])).sort()[0];
    return held && dateOf(held) <= asAt ? [{id, on: dateOf(held), children, team: children.flatMap((c) => (c.team ? [c.team] : [])).sort()[0]}] : [];
  });
}

const attendance = (world: World, id: string) => rowsOf(world, "meeting_attendance").filter((a) => a.meeting_type === "strategy" && a.meeting_id === id);
const came = (a: Row) => THERE.includes(a.attended ?? "");

const S3: Oracle = (world, asAt) =>
  meetings(world, asAt).flatMap((m) => {
    if (m.on.slice(5, 7) === "08" || bankHolidays(Number(m.on.slice(0, 4))).includes(m.on)) return [];
    const year = Number(m.on.slice(0, 4)) - (m.on.slice(5, 7) < "09" ? 1 : 0);
    const pupil = (child: Row) => {
      const born = rowsOf(world, "child").find((c) => c.child_id === child.child_id)?.date_of_birth;
      return !!born && ageAt(born, `${year}-08-31`) >= 4 && ageAt(born, `${year}-08-31`) <= 15;
    };
    if (!m.children.some(pupil)) return [];
    return [{child: m.id, on: m.on, met: attendance(world, m.id).some((a) => agencyOf(a) === "education" && came(a)), team: m.team}];
  });

interface Decision {
  r: Row;
  due: string;
  byHours: boolean;
  /** Blank while it is not known to have been held. */
  held: string;
}

/** Every decision about a child to hold one whose limit has expired; a meeting before its decision is a fault. */
function decisions(world: World, asAt: string): Decision[] {
  return rowsOf(world, "strategy_meeting").flatMap((r) => {
    if (!r.triggered_at) return [];
    const held = r.held_at && dateOf(r.held_at) <= asAt ? r.held_at : "";
    const byHours = !isMidnight(r.triggered_at) && (!held || !isMidnight(held));
    const due = byHours ? dateOf(wallTime(instant(wall(r.triggered_at)) + 24 * 60)) : dueAfter(dateOf(r.triggered_at), 1);
    if (due > asAt) return [];
    const early = isMidnight(held || " 00:00") ? dateOf(held) < dateOf(r.triggered_at) : wall(held) < wall(r.triggered_at);
    return held && early ? [] : [{r, due, byHours, held}];
  });
}

const minutes = ({r, held}: Decision) => elapsedMinutes(wall(r.triggered_at!), wall(held));
const S4: Oracle = (world, asAt) =>
  decisions(world, asAt).map((d) => ({
    child: d.r.child_id!,
    on: d.due,
    met: !!d.held && (d.byHours ? minutes(d) <= 24 * 60 : workingDaysBetween(dateOf(d.r.triggered_at!), dateOf(d.held)) <= 1),
    team: d.r.team
  }));
const S4b: Oracle = (world, asAt) =>
  decisions(world, asAt)
    .filter((d) => d.byHours)
    .map((d) => {
      const passed = d.held ? minutes(d) : elapsedMinutes(wall(d.r.triggered_at!), `${addDays(asAt, 1)} 00:00`);
      return {child: d.r.child_id!, on: d.due, met: !!d.held, value: Math.floor((passed + 30) / 60), team: d.r.team};
    });

const S5: Oracle = (world, asAt) => {
  const records = rowsOf(world, "document_distribution").filter((d) => d.document === "strategy_record" && d.sent_at && dateOf(d.sent_at) <= asAt);
  if (records.length === 0) return [];
  return meetings(world, asAt).flatMap((m) => {
    const agencies = new Set(attendance(world, m.id).filter((a) => came(a) && !OURS.includes(a.agency!)).map(agencyOf));
    return [...agencies].flatMap((agency): Case[] => {
      const sent = records.filter((d) => d.event_id === m.id && agencyOf(d) === agency).map((d) => dateOf(d.sent_at!)).sort()[0];
      const due = dueAfter(m.on, 1);
      if (due > asAt || (sent && sent < m.on)) return [];
      return [{child: m.id, on: due, met: !!sent && workingDaysBetween(m.on, sent) <= 1, agency, team: m.team}];
    });
  });
};

const heldOf = (world: World, asAt: string) => rowsOf(world, "strategy_meeting").filter((r) => r.held_at && dateOf(r.held_at) <= asAt);

const S14: Oracle = (world, asAt) =>
  heldOf(world, asAt).flatMap((r, _, all) => {
    const on = dateOf(r.held_at!);
    const until = addDays(on, 90);
    if (until > asAt) return [];
    return [{child: r.child_id!, on: until, met: all.some((o) => o.child_id === r.child_id && dateOf(o.held_at!) > on && dateOf(o.held_at!) <= until), team: r.team}];
  });

const S15a: Oracle = (world, asAt) =>
  heldOf(world, asAt).map((r) => {
    const told = ["section_47", "section_47_single", "section_47_joint", "section_17", "early_help", "nfa", "not_held"].includes(r.outcome ?? "");
    return {child: r.child_id!, on: dateOf(r.held_at!), met: told ? r.outcome!.startsWith("section_47") : !!r.section_47_started_on, team: r.team};
  });
const S15b: Oracle = (world, asAt) =>
  heldOf(world, asAt)
    .filter((r) => r.outcome === "section_47_single" || r.outcome === "section_47_joint")
    .map((r) => ({child: r.child_id!, on: dateOf(r.held_at!), met: r.outcome === "section_47_joint", team: r.team}));

function worlds(asAt: string): fc.Arbitrary<World> {
  const MEETINGS = 45;
  const day = days(asAt, 400);
  const meeting = fc.tuple(day, clock, fc.uniqueArray(childIds(14), {minLength: 1, maxLength: 3}), team, flag).chain(([d, t, ids, of, open]) =>
    fc.tuple(maybe(fc.constant(`${d} ${t}`), 8), maybe(timeAfter(d, 4), 5), fc.boolean()).chain(([decided, held, dateOnly]) =>
      fc.tuple(...ids.map((child_id) =>
        row({
          child_id: fc.constant(child_id), team: fc.constant(of), case_open: fc.constant(open), triggered_at: fc.constant(decided),
          held_at: fc.constant(dateOnly && held ? held.slice(0, 10) : held),
          outcome: maybe(fc.constantFrom("section_47", "section_47_single", "section_47_joint", "section_17", "nfa", "nobody knows")), section_47_started_on: seldom(fc.constant(d))
        })
      ))
    )
  );
  const number = fc.integer({min: 1, max: MEETINGS}).map((n) => `M${n}`);
  const agency = fc.constantFrom(...KNOWN, "nobody knows");
  const there = row({meeting_id: number, meeting_type: fc.constantFrom("strategy", "strategy", "strategy", "icpc"), agency, invited: flag, attended: maybe(fc.constantFrom(...THERE, ...THERE, "information_only", "apologies", "absent"), 6)});
  const document = (of: Row[][]) =>
    fc.integer({min: 0, max: MEETINGS - 1}).chain((n) => {
      const d = dateOf(of[n]![0]!.held_at ?? of[n]![0]!.triggered_at ?? asAt);
      return row({event_id: fc.constant(`M${n + 1}`), document: fc.constantFrom("strategy_record", "strategy_record", "strategy_record", "icpc_minutes"), agency, sent_at: maybe(timeAfter(d, 4), 5)});
    });
  const child = fc.tuple(...Array.from({length: 14}, (_, i) => row({child_id: fc.constant(`C${String(i + 1).padStart(3, "0")}`), date_of_birth: maybe(fc.oneof(fc.integer({min: 2004, max: 2024}).map((y) => `${y}-06-15`), fc.constantFrom("2007-08-31", "2007-09-01", "2019-08-31", "2019-09-01", "2020-02-29", "2018-09-01")), 6)})));
  return several(meeting, MEETINGS).chain((of) =>
    fc.tuple(several(there, 170), several(document(of), 90), child).map(([attended, documents, children]): World => ({
      child: children,
      strategy_meeting: of.flatMap((rows, i) => rows.map((r) => ({meeting_id: `M${i + 1}`, ...r}))),
      meeting_attendance: attended,
      document_distribution: apart(documents, ["event_id", "document", "agency"])
    }))
  );
}

// ---- by hand, as at Tuesday 14 May 2024 ------------------------------------------------------------------------------------

const decided = (triggered_at: string | undefined, held_at?: string, rest: Row = {}): Row => ({meeting_id: "M1", child_id: "C1", triggered_at, held_at, case_open: "no", ...rest});
const there = (agency: string, attended: string | undefined = "in_person", rest: Row = {}): Row => ({meeting_id: "M1", meeting_type: "strategy", agency, invited: "yes", attended, ...rest});
const sent = (agency: string, sent_at: string | undefined, rest: Row = {}): Row => ({event_id: "M1", document: "strategy_record", agency, sent_at, ...rest});
const born = (date_of_birth: string | undefined, child_id = "C1"): Row => ({child_id, date_of_birth});
const held = (held_at: string, rest: Row = {}) => decided(undefined, held_at, rest);
const many = (make: (i: number) => Row, n: number) => numbered(Array.from({length: n}, (_, i) => make(i)), "meeting_id", "M");

const examples: Example[] = [
  {says: "a pupil's meeting with the school there, and one without", records: {child: [born("2014-05-01")], strategy_meeting: [held("2024-05-01 10:00"), held("2024-05-02 10:00", {meeting_id: "M2"})], meeting_attendance: [there("education.school", "video"), there("education.school", "apologies", {meeting_id: "M2"})]}, want: {S3: [1, 2]}},
  {says: "education for part of it attended; information only did not", records: {child: [born("2014-05-01")], strategy_meeting: many((i) => held(`2024-05-0${i + 1} 10:00`), 2), meeting_attendance: [there("education", "part"), there("education", "information_only", {meeting_id: "M2"})]}, want: {S3: [1, 2]}},
  {says: "four on the last day of August is school age that year; a day later it is not", records: {child: [born("2019-08-31"), born("2019-09-01", "C2")], strategy_meeting: [held("2024-05-01 10:00"), held("2024-05-01 10:00", {meeting_id: "M2", child_id: "C2"})]}, want: {S3: [0, 1]}},
  {says: "fifteen on the last day of August is school age until the next; sixteen is not", records: {child: [born("2007-09-01"), born("2007-08-31", "C2")], strategy_meeting: [held("2024-05-01 10:00"), held("2024-05-01 10:00", {meeting_id: "M2", child_id: "C2"})]}, want: {S3: [0, 1]}},
  {says: "not in August, on a bank holiday or on Good Friday; a Saturday of term is in", records: {child: [born("2014-05-01")], strategy_meeting: ["2023-08-31 10:00", "2024-05-06 10:00", "2024-03-29 10:00", "2024-05-11 10:00", "2023-09-01 10:00"].map((at, i) => held(at, {meeting_id: `M${i}`}))}, want: {S3: [0, 2]}},
  {says: "of brothers and sisters one of school age is enough, and the meeting counts once", records: {child: [born("2014-05-01"), born("2023-05-01", "C2"), born("2013-05-01", "C3")], strategy_meeting: ["C1", "C2", "C3"].map((child_id) => held("2024-05-01 10:00", {child_id})), meeting_attendance: [there("education.school")]}, want: {S3: [1, 1]}},
  {says: "without a date of birth nobody knows; one not held is no meeting", records: {child: [born(undefined), born("2014-05-01", "C2")], strategy_meeting: [held("2024-05-01 10:00"), decided("2024-05-01 10:00", undefined, {meeting_id: "M2", child_id: "C2"})]}, want: {S3: [0, 0]}},

  {says: "held at 24 hours to the minute is in time, a minute more is late", records: {strategy_meeting: [decided("2024-05-01 10:00", "2024-05-02 10:00"), decided("2024-05-01 10:00", "2024-05-02 10:01", {meeting_id: "M2"})]}, want: {S4: [1, 2], S4b: [2, 2, 24]}},
  {says: "never held counts against, and stays in the curve: from half at 5 hours flat to the end at 326", records: {strategy_meeting: [decided("2024-05-01 10:00", undefined, {outcome: "not_held"}), decided("2024-05-01 10:00", "2024-05-01 15:00", {meeting_id: "M2"})]}, want: {S4: [1, 2], S4b: [1, 2, 165.5]}},
  {says: "brothers and sisters wait each for their own", records: {strategy_meeting: ["C1", "C2"].map((child_id) => decided("2024-05-01 10:00", "2024-05-01 12:00", {child_id}))}, want: {S4: [2, 2], S4b: [2, 2, 2]}},
  {says: "Friday to Monday is late in hours and in time in working days", records: {strategy_meeting: [decided("2024-05-10 10:00", "2024-05-13 10:00"), decided("2024-05-10", "2024-05-13", {meeting_id: "M2"})]}, want: {S4: [1, 2], S4b: [1, 1, 72]}},
  {says: "a meeting without a time is held to its day", records: {strategy_meeting: [decided("2024-05-01 10:00", "2024-05-02"), decided("2024-05-01 10:00", "2024-05-03", {meeting_id: "M2"})]}, want: {S4: [1, 2], S4b: [0, 0, null]}},
  {says: "the Friday before a bank holiday runs to Tuesday where only dates are known", records: {strategy_meeting: [decided("2024-05-03", "2024-05-07"), decided("2024-05-03", "2024-05-08", {meeting_id: "M2"})]}, want: {S4: [1, 2]}},
  {says: "over the clock change 24 hours end an hour later by the clock", records: {strategy_meeting: [decided("2024-03-30 10:00", "2024-03-31 11:00"), decided("2024-03-30 10:00", "2024-03-31 11:01", {meeting_id: "M2"})]}, want: {S4: [1, 2], S4b: [2, 2, 24]}},
  {says: "decided yesterday and not held is due today; decided today is not due", records: {strategy_meeting: [decided("2024-05-13 23:00"), decided("2024-05-14 00:30", undefined, {meeting_id: "M2"}), decided("2024-05-13", undefined, {meeting_id: "M3"}), decided("2024-05-14", undefined, {meeting_id: "M4"})]}, want: {S4: [0, 2], S4b: [0, 1, null]}},
  {says: "held only after the as-at date is not held", records: {strategy_meeting: [decided("2024-05-13 10:00", "2024-05-15 09:00")]}, want: {S4: [0, 1], S4b: [0, 1, null]}},
  {says: "held before it was decided on is a fault; on the day, without a time, it is none", records: {strategy_meeting: [decided("2024-05-01 10:00", "2024-05-01 09:59"), decided("2024-05-01 10:00", "2024-05-01", {meeting_id: "M2"}), decided("2024-05-02 10:00", "2024-05-01", {meeting_id: "M3"})]}, want: {S4: [1, 1], S4b: [0, 0, null]}},
  {says: "a meeting without a recorded decision has no clock", records: {strategy_meeting: [held("2024-05-01 10:00")]}, want: {S4: [0, 0], S4b: [0, 0, null]}},

  {says: "held on Thursday: sent on Friday is in time, on Monday it is late", records: {strategy_meeting: [held("2024-05-02 10:00")], meeting_attendance: [there("police"), there("health.gp", "telephone")], document_distribution: [sent("police", "2024-05-03 16:00"), sent("health.gp", "2024-05-07 09:00")]}, want: {S5: [1, 2]}},
  {says: "who was not there is not counted, nor are we ourselves and the family", records: {strategy_meeting: [held("2024-05-01 10:00")], meeting_attendance: [there("police", "apologies"), there("education", "information_only"), there("social_care.mash"), there("family"), there("social_care.other_authority")], document_distribution: [sent("police", "2024-05-01 12:00")]}, want: {S5: [0, 1]}},
  {says: "one of two health services has it: health has it", records: {strategy_meeting: [held("2024-05-01 10:00")], meeting_attendance: [there("health.gp"), there("health.camhs")], document_distribution: [sent("health.camhs", "2024-05-01 12:00"), sent("health.gp", "2024-05-09 12:00")]}, want: {S5: [1, 1]}},
  {says: "never sent, listed or not, is late once the day is over", records: {strategy_meeting: [held("2024-05-13 10:00"), held("2024-05-14 10:00", {meeting_id: "M2"})], meeting_attendance: [there("police"), there("health"), there("police", "video", {meeting_id: "M2"})], document_distribution: [sent("police", undefined)]}, want: {S5: [0, 2]}},
  {says: "sent before the meeting is a fault; another document is not the record; tomorrow is not known", records: {strategy_meeting: many(() => held("2024-05-02 10:00"), 3), meeting_attendance: ["M1", "M2", "M3"].map((meeting_id) => there("police", "video", {meeting_id})), document_distribution: [sent("police", "2024-05-01 12:00"), sent("police", "2024-05-02 12:00", {event_id: "M2", document: "icpc_minutes"}), sent("police", "2024-05-15 12:00", {event_id: "M3"})]}, want: {S5: [0, 2]}},
  {says: "a log without a single strategy record says nothing of who was sent one", alone: true, records: {strategy_meeting: [held("2024-05-01 10:00")], meeting_attendance: [there("police")], document_distribution: [sent("police", "2024-05-01 12:00", {document: "icpc_minutes"})]}, want: {S5: [0, 0]}},

  {says: "again on the ninetieth day, and on the day after it", records: {strategy_meeting: [held("2024-01-10 10:00"), held("2024-04-09 10:00", {meeting_id: "M2"}), held("2024-01-10 10:00", {meeting_id: "M3", child_id: "C2"}), held("2024-04-10 10:00", {meeting_id: "M4", child_id: "C2"})]}, want: {S14: [1, 2]}},
  {says: "held ninety days ago the time is over today; eighty-nine and it is not", records: {strategy_meeting: [held("2024-02-14 10:00"), held("2024-02-15 10:00", {meeting_id: "M2", child_id: "C2"})]}, want: {S14: [0, 1]}},
  {says: "two on one day are no repeat of each other; another child's is none", records: {strategy_meeting: [held("2024-01-10 09:00"), held("2024-01-10 15:00", {meeting_id: "M2"}), held("2024-01-11 09:00", {meeting_id: "M3", child_id: "C2"})]}, want: {S14: [0, 3]}},
  {says: "decided on and not held is no repeat, and none that is repeated", records: {strategy_meeting: [held("2024-01-10 09:00"), decided("2024-01-15 09:00", undefined, {meeting_id: "M2"})]}, want: {S14: [0, 1]}},

  {says: "single, joint, unsaid, and something else", records: {strategy_meeting: ["section_47_single", "section_47_joint", "section_47", "section_17", undefined].map((outcome, i) => held("2024-05-01 10:00", {meeting_id: `M${i}`, outcome}))}, want: {S15a: [3, 5], S15b: [1, 2]}},
  {says: "no outcome, but the day on which an enquiry began", records: {strategy_meeting: [held("2024-05-01 10:00", {section_47_started_on: "2024-05-01"}), held("2024-05-01 10:00", {meeting_id: "M2", outcome: "nfa", section_47_started_on: "2024-05-01"}), held("2024-05-01 10:00", {meeting_id: "M3", outcome: "nobody knows", section_47_started_on: "2024-05-01"})]}, want: {S15a: [2, 3], S15b: [0, 0]}},
  {says: "each child has an outcome; one not held by now has none", records: {strategy_meeting: [held("2024-05-01 10:00", {outcome: "section_47_joint"}), held("2024-05-01 10:00", {child_id: "C2", outcome: "nfa"}), held("2024-05-15 10:00", {meeting_id: "M2", outcome: "section_47_joint"})]}, want: {S15a: [1, 2], S15b: [1, 1]}}
];

export const family: Family = {
  name: "strategy-meetings",
  oracles: {
    S3: {kind: "percentage", keyedByCase: true, rows: S3},
    S4: {kind: "percentage", rows: S4},
    S4b: {kind: "duration", rows: S4b},
    S5: {kind: "percentage", keyedByCase: true, rows: S5},
    S14: {kind: "percentage", rows: S14},
    S15a: {kind: "percentage", rows: S15a},
    S15b: {kind: "percentage", rows: S15b}
  },
  worlds,
  examples,
  carried: {
    child: ["child_id", "date_of_birth"],
    strategy_meeting: ["meeting_id", "child_id", "triggered_at", "held_at", "case_open", "outcome", "section_47_started_on"],
    meeting_attendance: ["meeting_id", "meeting_type", "agency", "invited", "attended"],
    document_distribution: ["event_id", "document", "agency", "sent_at"]
  }
};
