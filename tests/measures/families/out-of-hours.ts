// What the measures of the emergency duty team should count, from their definitions; random worlds, and small ones with the numbers worked out by hand.
import fc from "fast-check";
import {addDays, dateOf, isWorkingDay, workingDaysBetween} from "../oracle/days.ts";
import type {Oracle, Row, World} from "../oracle/measures.ts";
import type {Family} from "../family.ts";
import type {Example} from "../world.ts";
import {apart, childIds, clock, codesOf, days, dueAfter, isMidnight, maybe, numbered, row, rowsOf, several, team, timeAfter, wall} from "./front-door.ts";

const contacts = (world: World) => rowsOf(world, "out_of_hours_contact");

const E1: Oracle = (world) => contacts(world).map((r) => ({child: r.child_id!, on: dateOf(r.received_at!), met: null, team: r.team}));

/** The next time after a moment that the MASH opens: nine o'clock on a working day. */
function opensAfter(at: string): string {
  for (let day = dateOf(at); ; day = addDays(day, 1)) if (isWorkingDay(day) && `${day} 09:00` > wall(at)) return day;
}

const E3: Oracle = (world, asAt) =>
  contacts(world).flatMap((r) => {
    const due = opensAfter(r.received_at!);
    const over = r.handover_at;
    if (due > asAt) return [];
    if (over && wall(over) < wall(r.received_at!) && !(isMidnight(over) && dateOf(over) === dateOf(r.received_at!))) return [];
    return [{child: r.child_id!, on: due, met: !!over && (isMidnight(over) ? dateOf(over) <= due : wall(over) <= `${due} 10:00`), team: r.team}];
  });

const ACTION = ["protection", "accommodated", "section_47", "strategy_meeting", "referral", "follow_up"];
const NIGHT = [...ACTION, "information", "advice", "nfa"];
const REFERRED = ["section_47", "strategy_meeting", "referral"];
const CLOSED = ["advice", "information_only", "nfa"];

const E4: Oracle = (world, asAt) =>
  contacts(world).flatMap((r) => {
    const received = dateOf(r.received_at!);
    const night = codesOf(r.outcome);
    const linked = rowsOf(world, "contact").find((c) => r.linked_contact_id && c.contact_id === r.linked_contact_id && c.child_id === r.child_id && c.outcome);
    const day = codesOf(r.day_outcome || linked?.outcome);
    const decided = r.day_outcome ? r.day_decided_at : linked?.decision_at || linked?.screened_at;
    const due = dueAfter(received, 2);
    if (!night.some((o) => NIGHT.includes(o)) || due > asAt || (decided && dateOf(decided) < received)) return [];
    const soon = !decided || workingDaysBetween(received, dateOf(decided)) <= 2;
    const turned = night.some((o) => ACTION.includes(o)) ? day.length > 0 && day.every((o) => CLOSED.includes(o)) : day.some((o) => REFERRED.includes(o));
    return [{child: r.child_id!, on: due, met: !(turned && soon), team: r.team}];
  });

function worlds(asAt: string): fc.Arbitrary<World> {
  const day = days(asAt);
  const id = childIds(12);
  const outcome = maybe(fc.constantFrom("referral", "advice", "nfa", "information;follow_up", "advice;nfa", "who knows"), 6);
  const dayOutcome = fc.constantFrom("referral", "nfa", "advice;information_only", "early_help", "nfa;section_47", "pending", "who knows");
  const night = day.chain((d) => row({child_id: id, received_at: clock.map((t) => `${d} ${t}`), source: fc.constantFrom("6", "1A"), team, priority: maybe(fc.constantFrom("urgent", "standard", "none")), handover_at: maybe(fc.oneof({weight: 5, arbitrary: timeAfter(d, 4)}, {weight: 1, arbitrary: timeAfter(d, 4).map(dateOf)}), 5), outcome, day_outcome: maybe(dayOutcome, 1), day_decided_at: maybe(timeAfter(d, 6)), linked_contact_id: maybe(fc.integer({min: 1, max: 30}).map((n) => `K${n}`), 2)}));
  /** The day team's own entry of some of them. */
  const entered = (nights: Row[]) =>
    fc.tuple(...nights.slice(0, 30).map((n) => row({child_id: fc.constantFrom(n.child_id, n.child_id, "C001"), received_at: fc.constant(n.received_at), source: fc.constant("6"), outcome: maybe(dayOutcome), screened_at: maybe(timeAfter(dateOf(n.received_at!), 4, 0)), decision_at: maybe(timeAfter(dateOf(n.received_at!), 5, 0))})));
  return several(night, 110).chain((nights) =>
    entered(nights).map((days_): World => ({
      out_of_hours_contact: numbered(nights, "contact_id", "E").map((n, i) => (i < 30 && n.linked_contact_id ? {...n, linked_contact_id: `K${i + 1}`} : n)),
      contact: apart(numbered(days_, "contact_id", "K"), ["contact_id"])
    }))
  );
}

// ---- by hand, as at Tuesday 14 May 2024 ------------------------------------------------------------------------------------

const night = (received_at: string, rest: Row = {}): Row => ({contact_id: "E1", child_id: "C1", source: "6", received_at, ...rest});
const handed = (received_at: string, handover_at: string | undefined, contact_id = "E1"): Row => night(received_at, {handover_at, contact_id});
const turned = (outcome: string | undefined, day_outcome: string | undefined, day_decided_at?: string, rest: Row = {}): Row => night("2024-05-08 22:00", {outcome, day_outcome, day_decided_at, ...rest});

const examples: Example[] = [
  {says: "every contact counts, needing a response or not", records: {out_of_hours_contact: [night("2024-05-01 20:00", {priority: "none"}), night("2024-05-01 20:00", {contact_id: "E2"})]}, want: {E1: [2]}},
  {says: "in the month asked for, and not after the as-at date", records: {out_of_hours_contact: [night("2024-05-01 20:00"), night("2024-04-30 23:59", {contact_id: "E2"}), night("2024-05-15 20:00", {contact_id: "E3"})]}, want: {E1: [1]}, asked: {from: "2024-05", to: "2024-05"}},

  {says: "of Wednesday night, handed over by ten on Thursday, and a minute later", records: {out_of_hours_contact: [handed("2024-05-08 22:00", "2024-05-09 10:00"), handed("2024-05-08 22:00", "2024-05-09 10:01", "E2")]}, want: {E3: [1, 2]}},
  {says: "of the small hours it is due the same morning", records: {out_of_hours_contact: [handed("2024-05-09 02:00", "2024-05-09 10:00"), handed("2024-05-09 02:00", "2024-05-10 09:30", "E2")]}, want: {E3: [1, 2]}},
  {says: "at nine the MASH is open: due the next day", records: {out_of_hours_contact: [handed("2024-05-09 09:00", "2024-05-10 09:59"), handed("2024-05-09 08:59", "2024-05-10 09:59", "E2")]}, want: {E3: [1, 2]}},
  {says: "of Friday night before a bank holiday it is due on Tuesday", records: {out_of_hours_contact: [handed("2024-05-03 19:00", "2024-05-07 09:15")]}, want: {E3: [1, 1]}},
  {says: "of last night, and nobody has handed it over: counted against; of tonight not yet", records: {out_of_hours_contact: [handed("2024-05-13 23:00", undefined), handed("2024-05-14 20:00", undefined, "E2")]}, want: {E3: [0, 1]}},
  {says: "handed over before it came is a fault", records: {out_of_hours_contact: [handed("2024-05-08 22:00", "2024-05-08 21:59")]}, want: {E3: [0, 0]}},
  {says: "handed over on a day without a time is held to the day", records: {out_of_hours_contact: [handed("2024-05-08 22:00", "2024-05-09"), handed("2024-05-08 22:00", "2024-05-10", "E2"), handed("2024-05-08 22:00", "2024-05-08", "E3")]}, want: {E3: [2, 3]}},
  {says: "handed over after the as-at date", records: {out_of_hours_contact: [handed("2024-05-13 22:00", "2024-05-15 09:00")]}, want: {E3: [0, 1]}},

  {says: "advice at night, a referral by day: reversed", records: {out_of_hours_contact: [turned("advice", "referral", "2024-05-09 11:00")]}, want: {E4: [0, 1]}},
  {says: "a referral asked for at night and closed by day: reversed", records: {out_of_hours_contact: [turned("referral", "nfa;advice", "2024-05-09 11:00")]}, want: {E4: [0, 1]}},
  {says: "on the second working day still, on the third no longer", records: {out_of_hours_contact: [turned("nfa", "section_47", "2024-05-10 23:00"), turned("nfa", "section_47", "2024-05-13 09:00", {contact_id: "E2"})]}, want: {E4: [1, 2]}},
  {says: "on the Saturday after a due Friday it is still two working days", records: {out_of_hours_contact: [turned("nfa", "referral", "2024-05-11 09:00")]}, want: {E4: [0, 1]}},
  {says: "agreed, sent to early help, or not decided: it stood", records: {out_of_hours_contact: [turned("referral", "referral"), turned("advice", "nfa", undefined, {contact_id: "E2"}), turned("referral", "early_help", undefined, {contact_id: "E3"}), turned("advice", "pending", undefined, {contact_id: "E4"}), turned("advice", undefined, undefined, {contact_id: "E5"})]}, want: {E4: [5, 5]}},
  {says: "when it was reversed is not known: taken to be soon", records: {out_of_hours_contact: [turned("advice", "referral")]}, want: {E4: [0, 1]}},
  {says: "several outcomes ask for action if one does, and the day team closes only if all do", records: {out_of_hours_contact: [turned("advice;follow_up", "nfa"), turned("advice;follow_up", "nfa;early_help", undefined, {contact_id: "E2"})]}, want: {E4: [1, 2]}},
  {says: "the outcome of the linked contact stands where the day team wrote nothing back", records: {out_of_hours_contact: [turned("advice", undefined, undefined, {linked_contact_id: "K1"})], contact: [{contact_id: "K1", child_id: "C1", source: "6", received_at: "2024-05-09 09:00", outcome: "referral", decision_at: "2024-05-09 15:00"}]}, want: {E4: [0, 1]}},
  {says: "that of another child on it does not", records: {out_of_hours_contact: [turned("advice", undefined, undefined, {linked_contact_id: "K1"})], contact: [{contact_id: "K1", child_id: "C2", source: "6", received_at: "2024-05-09 09:00", outcome: "referral", decision_at: "2024-05-09 15:00"}]}, want: {E4: [1, 1]}},
  {says: "no outcome, or a word that no list knows, is no decision", records: {out_of_hours_contact: [turned(undefined, "referral"), turned("passed on", "referral", undefined, {contact_id: "E2"})]}, want: {E4: [0, 0]}},
  {says: "decided by the day team before it came is a fault", records: {out_of_hours_contact: [turned("advice", "referral", "2024-05-07 10:00")]}, want: {E4: [0, 0]}},
  {says: "Friday night gives two working days until today, Monday night until tomorrow", records: {out_of_hours_contact: [night("2024-05-10 22:00", {outcome: "advice"}), night("2024-05-13 22:00", {contact_id: "E2", outcome: "advice"})]}, want: {E4: [1, 1]}}
];

export const family: Family = {
  name: "out-of-hours",
  oracles: {E1: {kind: "count", rows: E1}, E3: {kind: "percentage", rows: E3}, E4: {kind: "percentage", rows: E4}},
  worlds,
  examples,
  carried: {
    out_of_hours_contact: ["contact_id", "child_id", "linked_contact_id", "received_at", "source", "priority", "handover_at", "outcome", "day_outcome", "day_decided_at"],
    contact: ["contact_id", "child_id", "received_at", "source", "screened_at", "decision_at", "outcome"]
  }
};
