// Contacts: what each measure should count, in plain TypeScript from the definitions; random worlds and examples with numbers worked out by hand.
// The SQL was not looked at; nothing is shared with etl/.
import fc from "fast-check";
import type {Family} from "../family.ts";
import {addDays, addMonths, addWorkingDays, ageAt, dateOf, dayNumber, elapsedMinutes, instant, isoDay, lastDayOf, monthOf, wallTime, workingDaysBetween} from "../oracle/days.ts";
import type {Case, Oracle, Row, World} from "../oracle/measures.ts";
import type {Example} from "../world.ts";

const rows = (world: World, set: string) => world[set] ?? [];
const listed = (cell: string | undefined) => (cell ?? "").split(";").filter(Boolean);
const wall = (cell: string) => (cell.length === 10 ? `${cell} 00:00` : cell);
const isMidnight = (cell: string) => wall(cell).endsWith(" 00:00");
/** Ends before it starts; an end that has no time of day can only be held to its day. */
const precedes = (end: string, start: string) => (isMidnight(end) ? dateOf(end) < dateOf(start) : wall(end) < wall(start));
const known = (cell: string | undefined, asAt: string) => (cell && dateOf(cell) <= asAt ? cell : undefined);
const day = (r: Row) => dateOf(r.received_at!);

// ---- what came of a contact ------------------------------------------------------------------------------------------

/** The weightiest first. */
const OUTCOMES = ["section_47", "strategy_meeting", "referral", "existing_referral", "other_authority_cp", "private_fostering", "adoption", "early_help", "missing", "other", "advice", "information_only", "nfa", "pending"];
const TAKEN_ON = ["section_47", "strategy_meeting", "referral"];
const CLOSED = ["advice", "information_only", "nfa"];

const contacts = (world: World, asAt: string) => rows(world, "contact").filter((r) => day(r) <= asAt);
const weightiest = (r: Row) => OUTCOMES.find((o) => listed(r.outcome).includes(o));

/** When it was decided, as far as is known: the decision; where only an outcome is recorded, the screening, else the receipt. */
function decidedAt(r: Row, asAt: string): string | undefined {
  const outcome = weightiest(r);
  return known(r.decision_at || (outcome && outcome !== "pending" ? r.screened_at || r.received_at : undefined), asAt);
}
/** The outcome of a contact decided by the as-at date. */
function outcomeOf(r: Row, asAt: string): string | undefined {
  const outcome = weightiest(r);
  return outcome !== "pending" && decidedAt(r, asAt) ? outcome : undefined;
}

const one = (r: Row, on: string, met: boolean, more: Partial<Case> = {}): Case => ({child: r.child_id!, on, met, team: r.team, ...more});

/** Of all contacts decided, those with one of some outcomes, in the month of receipt. */
const share = (wanted: string[], only: (r: Row) => boolean = () => true): Oracle => (world, asAt) =>
  contacts(world, asAt).flatMap((r) => {
    const outcome = outcomeOf(r, asAt);
    return outcome && only(r) ? [one(r, day(r), wanted.includes(outcome), {category: r.rag_initial})] : [];
  });

// ---- timeliness ------------------------------------------------------------------------------------------------------

const GRADES = ["red", "amber", "green"];
const dueOn = (r: Row) => {
  if (r.rag_initial === "red") return dateOf(wallTime(instant(wall(r.received_at!)) + 4 * 60));
  return addWorkingDays(day(r), r.rag_initial === "green" ? 3 : 1);
};

const C3a: Oracle = (world, asAt) =>
  contacts(world, asAt).flatMap((r) => {
    const due = dueOn(r);
    const decided = known(r.decision_at, asAt);
    if (!GRADES.includes(r.rag_initial ?? "") || due > asAt || (decided && precedes(decided, r.received_at!))) return [];
    const inTime = !!decided && (r.rag_initial === "red" ? elapsedMinutes(wall(r.received_at!), wall(decided)) <= 240 : workingDaysBetween(day(r), dateOf(decided)) <= (r.rag_initial === "amber" ? 1 : 3));
    return [one(r, due, inTime, {category: r.rag_initial})];
  });

const hours = (minutes: number) => Math.floor(minutes / 60) + (minutes % 60 >= 30 ? 1 : 0);

const C3b: Oracle = (world, asAt) =>
  contacts(world, asAt).flatMap((r) => {
    const due = dueOn(r);
    const decided = known(r.decision_at, asAt);
    if (!GRADES.includes(r.rag_initial ?? "") || due > asAt) return [];
    const minutes = elapsedMinutes(wall(r.received_at!), decided ? wall(decided) : `${addDays(asAt, 1)} 00:00`);
    return minutes < 0 ? [] : [one(r, due, !!decided, {value: hours(minutes), category: r.rag_initial})];
  });

const C4a: Oracle = (world, asAt) =>
  contacts(world, asAt).flatMap((r) => (GRADES.includes(r.rag_initial ?? "") && GRADES.includes(r.rag_final ?? "") ? [one(r, day(r), r.rag_initial !== r.rag_final)] : []));

const C4b: Oracle = (world, asAt) => contacts(world, asAt).map((r) => one(r, day(r), !r.rag_initial));

// ---- back again ------------------------------------------------------------------------------------------------------

const C7: Oracle = (world, asAt) =>
  contacts(world, asAt).flatMap((r) => {
    const closed = decidedAt(r, asAt);
    if (!CLOSED.includes(outcomeOf(r, asAt) ?? "") || !closed || precedes(closed, r.received_at!)) return [];
    const judged = addDays(dateOf(closed), 90);
    if (judged > asAt) return [];
    const back = contacts(world, asAt).some(
      (n) => n.child_id === r.child_id && TAKEN_ON.includes(outcomeOf(n, asAt) ?? "") && wall(n.received_at!) > wall(r.received_at!) && wall(n.received_at!) > wall(closed) && day(n) <= judged
    );
    return [one(r, judged, back)];
  });

const C15b: Oracle = (world, asAt) =>
  contacts(world, asAt).flatMap((r) => {
    const passed = decidedAt(r, asAt);
    if (outcomeOf(r, asAt) !== "early_help" || !passed || precedes(passed, r.received_at!)) return [];
    const [from, to] = [dateOf(passed), addMonths(dateOf(passed), 6)];
    if (to > asAt) return [];
    const after = [...rows(world, "referral").filter((f) => f.child_id === r.child_id).map((f) => f.referral_date!), ...rows(world, "section_47").filter((f) => f.child_id === r.child_id).map((f) => f.started_on!)];
    return [one(r, to, after.some((d) => d > from && d <= to))];
  });

// ---- contacts that add up --------------------------------------------------------------------------------------------

/** Month ends from the first contact up to the as-at date, and the as-at date itself. */
function snapshotDays(world: World, asAt: string): string[] {
  const days: string[] = [];
  const first = rows(world, "contact").map(day).sort()[0] ?? asAt;
  for (let month = monthOf(first); lastDayOf(month) <= asAt; month = monthOf(addMonths(`${month}-01`, 1))) days.push(lastDayOf(month));
  return days.at(-1) === asAt ? days : [...days, asAt];
}

const children = (world: World) => [...new Set(rows(world, "contact").map((r) => r.child_id!))];
/** A contact of a day adds up at p until twelve months from its day are over. */
const addsUp = (d: string, p: string) => d <= p && p < addMonths(d, 12);
const different = (days: string[]) => [...new Set(days)].sort();
const assessedBetween = (world: World, child: string, from: string, to: string) => rows(world, "assessment").some((a) => a.child_id === child && a.started_on! >= from && a.started_on! <= to);

interface Told {
  child: string;
  on: string;
  /** From when it is known to be one. */
  from: string;
}
/** Worked out once a world: days are asked about one by one. */
function once(work: (world: World, asAt: string) => Told[]): (world: World, asAt: string) => Told[] {
  const done = new WeakMap<World, Map<string, Told[]>>();
  return (world, asAt) => {
    const known = done.get(world) ?? new Map<string, Told[]>();
    done.set(world, known.has(asAt) ? known : known.set(asAt, work(world, asAt)));
    return known.get(asAt)!;
  };
}
const closings = once((world, asAt) =>
  contacts(world, asAt).flatMap((r) => (CLOSED.includes(outcomeOf(r, asAt) ?? "") ? [{child: r.child_id!, on: day(r), from: dateOf(decidedAt(r, asAt)!)}] : []))
);
const neglects = once((world, asAt) => contacts(world, asAt).flatMap((r) => (listed(r.issue).includes("neglect") ? [{child: r.child_id!, on: day(r), from: day(r)}] : [])));

/** Days of a child's contacts of a kind that add up at p, as known on p. */
const daysOf = (all: Told[], child: string, p: string) => different(all.filter((t) => t.child === child && addsUp(t.on, p) && t.from <= p).map((t) => t.on));
const closedDays = (world: World, asAt: string, child: string, p: string) => daysOf(closings(world, asAt), child, p);
const neglectDays = (world: World, asAt: string, child: string, p: string) => daysOf(neglects(world, asAt), child, p);

function inC8(world: World, asAt: string, child: string, p: string): boolean {
  const days = closedDays(world, asAt, child, p);
  return days.length >= 3 && !assessedBetween(world, child, days[0]!, p);
}
function inC9(world: World, asAt: string, child: string, p: string): boolean {
  const days = neglectDays(world, asAt, child, p);
  return days.length >= 2 && !assessedBetween(world, child, days[1]!, p);
}
const teamOf = (world: World, child: string) => rows(world, "contact").find((r) => r.child_id === child)?.team;

const C8: Oracle = (world, asAt) =>
  snapshotDays(world, asAt).flatMap((p) =>
    children(world)
      .filter((c) => contacts(world, asAt).some((r) => r.child_id === c && addsUp(day(r), p)))
      .map((c) => ({child: c, on: p, met: inC8(world, asAt, c, p), team: teamOf(world, c)}))
  );

const C9: Oracle = (world, asAt) =>
  snapshotDays(world, asAt).flatMap((p) =>
    children(world)
      .filter((c) => neglectDays(world, asAt, c, p).length >= 2)
      .map((c) => ({child: c, on: p, met: inC9(world, asAt, c, p), team: teamOf(world, c)}))
  );

/** The first day of the unbroken stay that holds p. */
function since(isIn: typeof inC8, world: World, asAt: string, child: string, p: string): string | undefined {
  if (!isIn(world, asAt, child, p)) return undefined;
  let d = p;
  while (isIn(world, asAt, child, addDays(d, -1))) d = addDays(d, -1);
  return d;
}

const C10: Oracle = (world, asAt) =>
  snapshotDays(world, asAt).flatMap((p) =>
    children(world).flatMap((c) => {
      const [start] = [since(inC8, world, asAt, c, p), since(inC9, world, asAt, c, p)].flatMap((d) => (d && addWorkingDays(d, 5) <= p ? [d] : [])).sort().reverse();
      if (!start) return [];
      const due = addWorkingDays(start, 5);
      const met = rows(world, "management_oversight").some((m) => m.child_id === c && ["cumulative_review", "chronology"].includes(m.kind ?? "") && dateOf(m.occurred_at!) >= start && dateOf(m.occurred_at!) <= due);
      return [{child: c, on: p, met, team: teamOf(world, c)}];
    })
  );

// ---- brothers and sisters --------------------------------------------------------------------------------------------

function siblingsOn(world: World, child: string, on: string): string[] {
  const homes = rows(world, "household");
  const there = (h: Row) => (!h.from_on || h.from_on <= on) && (!h.to_on || h.to_on > on);
  const shared = homes.filter((h) => h.child_id === child && there(h)).flatMap((h) => homes.filter((o) => o.household_id === h.household_id && o.child_id !== child && there(o)).map((o) => o.child_id!));
  const family = rows(world, "child").find((c) => c.child_id === child)?.family_id;
  const kin = homes.some((h) => h.child_id === child) || !family ? [] : rows(world, "child").filter((c) => c.family_id === family && c.child_id !== child).map((c) => c.child_id!);
  return [...new Set([...shared, ...kin])].filter((s) => {
    const c = rows(world, "child").find((r) => r.child_id === s);
    return !!c?.date_of_birth && ageAt(c.date_of_birth, on) < 18 && c.date_of_birth <= addDays(on, 280) && !(c.date_of_death && c.date_of_death <= on);
  });
}

const C11: Oracle = (world, asAt) =>
  contacts(world, asAt).flatMap((r) => {
    const due = addWorkingDays(day(r), 5);
    const siblings = siblingsOn(world, r.child_id!, day(r));
    if (due > asAt || siblings.length === 0) return [];
    const within = (d: string) => d >= day(r) && d <= due;
    const decided = (c: string) => rows(world, "management_oversight").some((m) => m.child_id === c && m.kind === "siblings_decision" && within(dateOf(m.occurred_at!)));
    const linked = (k: Row) => k.contact_id === r.contact_id || (!!r.linked_contact_id && k.contact_id === r.linked_contact_id) || (!!k.linked_contact_id && k.linked_contact_id === r.contact_id);
    const met = decided(r.child_id!) || siblings.every((s) => decided(s) || contacts(world, asAt).some((k) => k.child_id === s && (linked(k) || within(day(k)))));
    return [one(r, due, met)];
  });

// ---- those who told us -----------------------------------------------------------------------------------------------

const PROFESSIONALS = ["2A", "2B", "3A", "3B", "3C", "3D", "3E", "3F", "4", "5A", "5B", "5C", "5D", "6", "7", "8", "OOH"];

/** Told within a working day of a start. */
const told = (start: (r: Row, asAt: string) => string | undefined, end: string): Oracle => (world, asAt) =>
  contacts(world, asAt).flatMap((r) => {
    const from = start(r, asAt);
    if (!PROFESSIONALS.includes(r.source ?? "") || !from || addWorkingDays(dateOf(from), 1) > asAt) return [];
    const at = known(r[end], asAt);
    if (at && precedes(at, from)) return [];
    return [one(r, addWorkingDays(dateOf(from), 1), !!at && workingDaysBetween(dateOf(from), dateOf(at)) <= 1)];
  });

const C13: Oracle = (world, asAt) =>
  contacts(world, asAt).flatMap((r) => {
    const born = rows(world, "child").find((c) => c.child_id === r.child_id)?.date_of_birth;
    return born && ageAt(born, day(r)) >= 4 ? [one(r, day(r), r.voice_recorded === "yes")] : [];
  });

const C16: Oracle = (world, asAt) =>
  snapshotDays(world, asAt).flatMap((p) =>
    contacts(world, asAt).flatMap((r) => {
      const decided = decidedAt(r, asAt);
      return day(r) > p || (decided && dateOf(decided) <= p) ? [] : [one(r, p, dueOn(r) <= p, {category: r.rag_initial})];
    })
  );

const C17: Oracle = (world, asAt) =>
  contacts(world, asAt).flatMap((r) => {
    const [asked] = rows(world, "information_request").filter((q) => q.contact_id === r.contact_id && dateOf(q.requested_at!) <= asAt).map((q) => dateOf(q.requested_at!)).sort();
    if (!asked || ["section_47", "strategy_meeting"].includes(outcomeOf(r, asAt) ?? "")) return [];
    return [one(r, asked, r.consent === "given" || (r.consent === "dispensed" && !!r.consent_reason))];
  });

const police = (world: World, asAt: string) => contacts(world, asAt).filter((r) => r.source === "6");

const C18a: Oracle = (world, asAt) =>
  police(world, asAt).flatMap((r) => {
    const minutes = r.incident_at ? elapsedMinutes(wall(r.incident_at), wall(r.received_at!)) : -1;
    return minutes < 0 ? [] : [one(r, day(r), true, {value: hours(minutes), category: r.rag_initial})];
  });

const C18b: Oracle = (world, asAt) =>
  police(world, asAt).flatMap((r) => {
    if (!r.incident_id) return [];
    const order = (k: Row) => `${wall(k.received_at!)} ${k.contact_id}`;
    return [one(r, day(r), contacts(world, asAt).some((k) => k.child_id === r.child_id && k.incident_id === r.incident_id && order(k) < order(r)))];
  });

// ---- children already open -------------------------------------------------------------------------------------------

/** Whether a case of children's social care covers a day: an accepted referral (the first of its day), a plan or a care episode. */
function covered(world: World, child: string, on: string): boolean {
  const ordered = rows(world, "referral").toSorted((a, b) => ((a.referral_id ?? "") < (b.referral_id ?? "") ? -1 : 1));
  const referrals = ordered.filter((r, i) => ordered.findIndex((o) => o.child_id === r.child_id && o.referral_date === r.referral_date) === i && r.no_further_action !== "yes").map((r) => [r.child_id, r.referral_date!, r.closed_on]);
  const plans = ["cin_plan", "cp_plan", "care_episode"].flatMap((set) => rows(world, set)).map((r) => [r.child_id, r.started_on!, r.ended_on]);
  return [...referrals, ...plans].some(([c, from, to]) => c === child && from! <= on && (!to || to > on));
}

const C19: Oracle = (world, asAt) =>
  contacts(world, asAt).map((r) => {
    // open since an earlier day
    const open = r.case_open ? r.case_open === "yes" : covered(world, r.child_id!, day(r)) && covered(world, r.child_id!, addDays(day(r), -1));
    return one(r, day(r), open);
  });

// ---- worlds by hand, as at Tuesday 14 May 2024 -----------------------------------------------------------------------

let n = 0;
const contact = (received_at: string, rest: Row = {}): Row => ({contact_id: `K${++n}`, child_id: "C1", source: "6", received_at, ...rest});
const graded = (rag_initial: string, received_at: string, decision_at?: string): Row => contact(received_at, {rag_initial, decision_at});
const closed = (d: string, rest: Row = {}): Row => contact(`${d} 10:00`, {outcome: "nfa", decision_at: `${d} 15:00`, ...rest});
const neglect = (d: string, rest: Row = {}): Row => contact(`${d} 10:00`, {issue: "neglect", ...rest});
const assessment = (started_on: string): Row => ({assessment_id: `A${started_on}`, child_id: "C1", started_on});
const oversight = (occurred_at: string, kind: string, child_id = "C1"): Row => ({child_id, occurred_at, kind});
const child = (child_id: string, date_of_birth: string | undefined, rest: Row = {}): Row => ({child_id, date_of_birth, ...rest});
const home = (child_id: string, from_on?: string, to_on?: string): Row => ({household_id: "H1", child_id, from_on, to_on});
const asked = (contact_id: string, requested_at: string): Row => ({contact_id, agency: "health.gp", requested_at});

const TIMELINESS: Example[] = [
  {says: "red: four hours to the minute are in time, a minute more is not", records: {contact: [graded("red", "2024-05-01 10:00", "2024-05-01 14:00"), graded("red", "2024-05-01 10:00", "2024-05-01 14:01")]}, want: {C3a: [1, 2], C3b: [2, 2, 4]}},
  {says: "red: four elapsed hours over the night the clocks go forward", records: {contact: [graded("red", "2024-03-30 22:00", "2024-03-31 03:00"), graded("red", "2024-03-30 22:00", "2024-03-31 03:01")]}, want: {C3a: [1, 2]}},
  {says: "red received at 20:30 today is due tomorrow; at 19:59 today", records: {contact: [graded("red", "2024-05-14 20:30"), graded("red", "2024-05-14 19:59")]}, want: {C3a: [0, 1], C3b: [0, 1, null]}},
  {says: "amber before a bank holiday weekend: Friday 3 May is due on Tuesday 7 May", records: {contact: [graded("amber", "2024-05-03 16:00", "2024-05-07 23:59"), graded("amber", "2024-05-03 16:00", "2024-05-08 00:00")]}, want: {C3a: [1, 2]}},
  {says: "green has three working days: Thursday 9 May is due today", records: {contact: [graded("green", "2024-05-09 09:00", "2024-05-14 23:00"), graded("green", "2024-05-09 09:00")]}, want: {C3a: [1, 2]}},
  {says: "green received on Friday is due tomorrow: not judged, decided or not", records: {contact: [graded("green", "2024-05-10 09:00", "2024-05-10 10:00"), graded("green", "2024-05-10 09:00")]}, want: {C3a: [0, 0], C3b: [0, 0, null]}},
  {says: "no grade, or one nobody knows, has no limit", records: {contact: [contact("2024-05-01 10:00", {decision_at: "2024-05-01 11:00"}), graded("purple", "2024-05-01 10:00", "2024-05-01 11:00")]}, want: {C3a: [0, 0], C4b: [1, 2]}},
  {says: "screening is no decision", records: {contact: [contact("2024-05-01 10:00", {rag_initial: "red", screened_at: "2024-05-01 11:00"})]}, want: {C3a: [0, 1], C3b: [0, 1, null]}},
  {says: "the first grade sets the limit, whatever the last", records: {contact: [contact("2024-05-01 10:00", {rag_initial: "green", rag_final: "red", decision_at: "2024-05-03 10:00"})]}, want: {C3a: [1, 1], C3b: [1, 1, 48], C4a: [1, 1]}},
  {says: "decided before receipt is a fault; a day without a time, on the day of receipt, is in time and tells no hours", records: {contact: [graded("red", "2024-05-01 10:00", "2024-05-01 09:59"), graded("red", "2024-05-01 10:00", "2024-05-01")]}, want: {C3a: [1, 1], C3b: [0, 0, null]}},
  {says: "decided after the as-at date is not decided: it stays in the curve for 34 hours", records: {contact: [graded("amber", "2024-05-13 14:00", "2024-05-15 09:00"), graded("amber", "2024-05-13 09:00", "2024-05-13 10:29"), graded("amber", "2024-05-13 09:00", "2024-05-13 10:30")]}, want: {C3a: [2, 3], C3b: [2, 3, 2]}},
  {says: "grades raised, lowered and left; a grade that is missing or unknown compares with nothing", records: {contact: [["green", "red"], ["amber", "green"], ["red", "red"], ["red", undefined], [undefined, "red"], ["purple", "red"]].map(([rag_initial, rag_final]) => contact("2024-05-01 10:00", {rag_initial, rag_final}))}, want: {C4a: [2, 3], C4b: [1, 6]}},
  {says: "a contact received after the as-at date has no missing grade yet", records: {contact: [contact("2024-05-15 00:00"), contact("2024-05-14 23:59")]}, want: {C4b: [1, 1], C19: [0, 1]}}
];

const of = (outcome: string | undefined, rest: Row = {}) => contact("2024-04-02 10:00", {outcome, decision_at: "2024-04-03 10:00", ...rest});
const CAME_OF_IT: Example[] = [
  {says: "referral, strategy meeting and section 47 are taken on; an existing referral is not", records: {contact: ["referral", "strategy_meeting", "section_47", "existing_referral", "nfa"].map((o) => of(o))}, want: {C5: [3, 5], C6: [1, 5], C15a: [0, 5], C14a: [3, 5], C14b: [1, 5]}},
  {says: "advice and information only are closed at the door; early help is not", records: {contact: ["advice", "information_only", "early_help", "other"].map((o) => of(o, {source: "2A"}))}, want: {C5: [0, 4], C6: [2, 4], C15a: [1, 4], C14a: [0, 0]}},
  {says: "of several outcomes the weightiest counts", records: {contact: [of("nfa;referral"), of("advice;early_help"), of("pending;nfa"), of("early_help;section_47")]}, want: {C5: [2, 4], C6: [1, 4], C15a: [1, 4]}},
  {says: "pending, blank and unknown outcomes are not decided", records: {contact: [of("pending"), of(undefined), of("sent to the moon"), of("referral")]}, want: {C5: [1, 1], C6: [0, 1]}},
  {says: "a decision after the as-at date is not known", records: {contact: [of("referral", {decision_at: "2024-05-15 09:00"}), of("nfa")]}, want: {C5: [0, 1], C6: [1, 1]}},
  {says: "counted in the month of receipt, though decided in the next", records: {contact: [contact("2024-03-28 10:00", {outcome: "referral", decision_at: "2024-04-02 10:00"})]}, want: {C5: [1, 1]}, asked: {from: "2024-03", to: "2024-03"}},
  {says: "an outcome without a date is decided all the same", records: {contact: [of("early_help", {decision_at: undefined})]}, want: {C15a: [1, 1]}}
];

const BACK: Example[] = [
  {says: "closed on 13 February, back on day 90, 13 May", records: {contact: [closed("2024-02-13"), contact("2024-05-13 09:00", {outcome: "referral", decision_at: "2024-05-13 10:00"})]}, want: {C7: [1, 1]}},
  {says: "back on day 91 is too late to count", records: {contact: [closed("2024-02-13"), contact("2024-05-14 09:00", {outcome: "referral", decision_at: "2024-05-14 10:00"})]}, want: {C7: [0, 1]}},
  {says: "closed 90 days ago today is judged, 89 days ago is not", records: {contact: [closed("2024-02-14"), closed("2024-02-15")]}, want: {C7: [0, 1]}},
  {says: "back as no further action is not back as a referral", records: {contact: [closed("2024-01-02"), closed("2024-01-09")]}, want: {C7: [0, 2]}},
  {says: "another child's referral is not this one's", records: {contact: [closed("2024-01-02"), of("referral", {child_id: "C2", received_at: "2024-01-09 10:00", decision_at: "2024-01-09 11:00"})]}, want: {C7: [0, 1]}},
  {says: "what came in before the first was closed is not back again; an hour after is", records: {contact: [closed("2024-01-02"), contact("2024-01-02 14:00", {outcome: "referral", decision_at: "2024-01-02 16:00"}), closed("2024-01-03", {child_id: "C2"}), contact("2024-01-03 16:00", {child_id: "C2", outcome: "section_47", decision_at: "2024-01-03 17:00"})]}, want: {C7: [1, 2]}},
  {says: "passed to early help is not closed; closed before it came in is a fault", records: {contact: [of("early_help", {received_at: "2024-01-02 10:00", decision_at: "2024-01-03 10:00"}), closed("2024-01-02", {decision_at: "2024-01-01 10:00"})]}, want: {C7: [0, 0]}},
  {says: "early help decided on 14 November 2023 is six months old today; a referral today steps it up", records: {contact: [contact("2023-11-13 10:00", {outcome: "early_help", decision_at: "2023-11-14 10:00"})], referral: [{referral_id: "R1", child_id: "C1", source: "6", referral_date: "2024-05-14"}]}, want: {C15b: [1, 1]}},
  {says: "decided on 15 November it is not six months old", records: {contact: [contact("2023-11-13 10:00", {outcome: "early_help", decision_at: "2023-11-15 10:00"})], referral: [{referral_id: "R1", child_id: "C1", source: "6", referral_date: "2024-01-14"}]}, want: {C15b: [0, 0]}},
  {says: "a section 47 enquiry steps up too; a referral on the day of the diversion does not", records: {contact: [contact("2023-09-01 10:00", {outcome: "early_help", decision_at: "2023-09-01 11:00"}), contact("2023-09-01 10:00", {child_id: "C2", outcome: "early_help", decision_at: "2023-09-01 11:00"})], section_47: [{child_id: "C1", started_on: "2024-02-29"}], referral: [{referral_id: "R1", child_id: "C2", source: "6", referral_date: "2023-09-01"}]}, want: {C15b: [1, 2]}},
  {says: "six months and a day is too late", records: {contact: [contact("2023-08-31 10:00", {outcome: "early_help", decision_at: "2023-08-31 11:00"})], referral: [{referral_id: "R1", child_id: "C1", source: "6", referral_date: "2024-03-01"}]}, want: {C15b: [0, 1]}}
];

const ADD_UP: Example[] = [
  {says: "three closed contacts on three days in twelve months, and no assessment", records: {contact: [closed("2023-05-15"), closed("2023-09-01"), closed("2024-05-14")]}, want: {C8: [1, 1]}},
  {says: "the first was twelve months ago today: two are left", records: {contact: [closed("2023-05-14"), closed("2023-09-01"), closed("2024-05-14")]}, want: {C8: [0, 1]}},
  {says: "three on two days are two; one passed to early help is not closed", records: {contact: [closed("2024-01-02"), closed("2024-01-02"), closed("2024-02-01"), of("early_help", {received_at: "2024-03-01 10:00"})]}, want: {C8: [0, 1]}},
  {says: "an assessment begun since the first answers them, one begun the day before does not", records: {contact: ["C1", "C2"].flatMap((c) => ["2024-01-02", "2024-02-01", "2024-03-01"].map((d) => closed(d, {child_id: c}))), assessment: [assessment("2024-01-02"), {...assessment("2024-01-01"), child_id: "C2"}]}, want: {C8: [1, 2]}},
  {says: "an assessment dated tomorrow is not known", records: {contact: ["2024-01-02", "2024-02-01", "2024-03-01"].map((d) => closed(d)), assessment: [assessment("2024-05-15")]}, want: {C8: [1, 1]}},
  {says: "the third was received in April and closed in May: not counted at the end of April", records: {contact: [closed("2024-01-02"), closed("2024-02-01"), closed("2024-04-30", {decision_at: "2024-05-02 10:00"})]}, want: {C8: [0, 1]}, asked: {}},
  {says: "a child with no contact for twelve months is not in the count", records: {contact: [closed("2023-05-13"), closed("2023-05-14", {child_id: "C2"}), closed("2023-05-15", {child_id: "C3"})]}, want: {C8: [0, 1]}},
  {says: "two contacts about neglect and no assessment since the second; one before it does not answer", records: {contact: [neglect("2023-06-01"), neglect("2024-05-10", {issue: "domestic_abuse;neglect"})], assessment: [assessment("2024-05-09")]}, want: {C9: [1, 1]}},
  {says: "an assessment on the day of the second answers them", records: {contact: [neglect("2023-06-01"), neglect("2024-05-10")], assessment: [assessment("2024-05-10")]}, want: {C9: [0, 1]}},
  {says: "two on one day are one; another concern is none; one a year old has passed", records: {contact: [neglect("2024-04-01"), neglect("2024-04-01"), neglect("2024-04-09", {issue: "physical_abuse"}), neglect("2023-05-14")]}, want: {C9: [0, 0]}},
  {says: "reviewed on the fifth working day: the third was closed on 1 May, due on 9 May", records: {contact: ["2024-01-02", "2024-02-01", "2024-05-01"].map((d) => closed(d)), management_oversight: [oversight("2024-05-09 17:00", "cumulative_review")]}, want: {C8: [1, 1], C10: [1, 1]}},
  {says: "the sixth is too late; a drift review is another thing; a review before the trigger saw less", records: {contact: ["2024-01-02", "2024-02-01", "2024-05-01"].map((d) => closed(d)), management_oversight: [oversight("2024-05-10", "cumulative_review"), oversight("2024-05-02", "drift_review"), oversight("2024-04-30", "chronology")]}, want: {C10: [0, 1]}},
  {says: "five working days from 7 May are over today, from 8 May tomorrow", records: {contact: [neglect("2024-01-02"), neglect("2024-05-07"), neglect("2024-01-02", {child_id: "C2"}), neglect("2024-05-08", {child_id: "C2"})]}, want: {C9: [2, 2], C10: [0, 1]}},
  {says: "a fourth contact asks for no second review", records: {contact: ["2024-01-02", "2024-02-01", "2024-03-01", "2024-05-01"].map((d) => closed(d)), management_oversight: [oversight("2024-03-04", "chronology")]}, want: {C8: [1, 1], C10: [1, 1]}},
  {says: "who is assessed is not counted, reviewed or not", records: {contact: ["2024-01-02", "2024-02-01", "2024-03-01"].map((d) => closed(d)), assessment: [assessment("2024-04-08")], management_oversight: [oversight("2024-03-04", "chronology")]}, want: {C8: [0, 1], C10: [0, 0]}},
  {says: "counted both ways: the review of the later one is asked for", records: {contact: [closed("2024-01-02", {issue: "neglect"}), closed("2024-02-01", {issue: "neglect"}), closed("2024-04-15")], management_oversight: [oversight("2024-02-02", "chronology")]}, want: {C8: [1, 1], C9: [1, 1], C10: [0, 1]}}
];

const SIBLINGS: Example[] = [
  {says: "a sister with a contact of her own on the fifth working day: 1 May is due on 9 May", records: {child: [child("C1", "2015-01-01"), child("C2", "2012-01-01")], household: [home("C1"), home("C2")], contact: [contact("2024-05-01 10:00"), contact("2024-05-09 10:00", {child_id: "C2"})]}, want: {C11: [1, 1]}},
  {says: "on the sixth it is too late", records: {child: [child("C1", "2015-01-01"), child("C2", "2012-01-01")], household: [home("C1"), home("C2")], contact: [contact("2024-05-01 10:00"), contact("2024-05-10 10:00", {child_id: "C2"})]}, want: {C11: [0, 1]}},
  {says: "7 May is due today, 8 May tomorrow", records: {child: [child("C1", "2015-01-01"), child("C2", "2012-01-01")], household: [home("C1"), home("C2")], contact: [contact("2024-05-07 10:00"), contact("2024-05-08 10:00")]}, want: {C11: [0, 1]}},
  {says: "under the same number, both were considered", records: {child: [child("C1", "2015-01-01"), child("C2", "2012-01-01")], household: [home("C1"), home("C2")], contact: [contact("2024-04-02 10:00", {contact_id: "K"}), contact("2024-04-02 10:00", {contact_id: "K", child_id: "C2"})]}, want: {C11: [2, 2]}},
  {says: "linked to an earlier one, that one counts; the earlier one is linked from the later", records: {child: [child("C1", "2015-01-01"), child("C2", "2012-01-01")], household: [home("C1"), home("C2")], contact: [contact("2024-04-15 10:00", {linked_contact_id: "KL"}), contact("2024-04-02 10:00", {contact_id: "KL", child_id: "C2"})]}, want: {C11: [2, 2]}},
  {says: "one of two is not all; a decision recorded on the child covers every one", records: {child: [child("C1", "2015-01-01"), child("C2", "2012-01-01"), child("C3", "2020-01-01")], household: [home("C1"), home("C2"), home("C3")], contact: [contact("2024-02-01 10:00"), contact("2024-02-02 10:00", {child_id: "C2"}), contact("2024-04-02 10:00")], management_oversight: [oversight("2024-04-03 10:00", "siblings_decision")]}, want: {C11: [1, 3]}},
  {says: "a brother of eighteen, one with no date of birth and one who died are not waited for", records: {child: [child("C1", "2015-01-01"), child("C2", "2006-04-02"), child("C3", undefined), child("C4", "2018-01-01", {date_of_death: "2024-04-01"})], household: ["C1", "C2", "C3", "C4"].map((c) => home(c)), contact: [contact("2024-04-02 10:00")]}, want: {C11: [0, 0]}},
  {says: "who had left the household, or came later, is not waited for; an unborn child is", records: {child: [child("C1", "2015-01-01"), child("C2", "2012-01-01"), child("C3", "2013-01-01"), child("C4", "2024-08-01")], household: [home("C1"), home("C2", "2020-01-01", "2024-04-02"), home("C3", "2024-04-03"), home("C4", "2024-04-02")], contact: [contact("2024-04-02 10:00")]}, want: {C11: [0, 1]}},
  {says: "who left on the day of the contact is not there; who leaves the day after is", records: {child: ["C1", "C2", "C3", "C4"].map((c) => child(c, "2015-01-01")), household: [home("C1"), home("C2", undefined, "2024-04-02"), {...home("C3"), household_id: "H2"}, {...home("C4", undefined, "2024-04-03"), household_id: "H2"}], contact: [contact("2024-04-02 10:00"), contact("2024-04-02 10:00", {child_id: "C3"})]}, want: {C11: [0, 1]}},
  {says: "by family id a child born forty weeks later is waited for, one born after that was nobody yet", records: {child: [child("C1", "2015-01-01", {family_id: "F"}), child("C2", "2025-01-07", {family_id: "F"}), child("C3", "2015-01-01", {family_id: "G"}), child("C4", "2025-01-08", {family_id: "G"})], contact: [contact("2024-04-02 10:00"), contact("2024-04-02 10:00", {child_id: "C3"})]}, want: {C11: [0, 1]}},
  {says: "without a household the family id stands; a child alone is not in the count", records: {child: [child("C1", "2015-01-01", {family_id: "F"}), child("C2", "2012-01-01", {family_id: "F"}), child("C3", "2012-01-01")], contact: [contact("2024-04-02 10:00"), contact("2024-04-02 10:00", {child_id: "C3"})]}, want: {C11: [0, 1]}}
];

const TOLD: Example[] = [
  {says: "acknowledged on the next working day, over Easter", records: {contact: [contact("2024-03-28 16:00", {acknowledged_at: "2024-04-02 17:00"}), contact("2024-03-28 16:00", {acknowledged_at: "2024-04-03 09:00"})]}, want: {C12a: [1, 2]}},
  {says: "never acknowledged, and due today; received today it is due tomorrow", records: {contact: [contact("2024-05-13 16:00"), contact("2024-05-14 08:00", {acknowledged_at: "2024-05-14 09:00"})]}, want: {C12a: [0, 1]}},
  {says: "neighbours, callers without a name and unknown sources are not professionals; the emergency duty team is", records: {contact: ["1A", "1B", "9", "10", undefined, "OOH"].map((source) => contact("2024-04-02 10:00", {source, acknowledged_at: "2024-04-02 11:00"}))}, want: {C12a: [1, 1]}},
  {says: "acknowledged before receipt is a fault; a day without a time is not", records: {contact: [contact("2024-04-02 10:00", {acknowledged_at: "2024-04-02 09:00"}), contact("2024-04-02 10:00", {acknowledged_at: "2024-04-02"})]}, want: {C12a: [1, 1]}},
  {says: "acknowledged after the as-at date is not acknowledged", records: {contact: [contact("2024-05-10 10:00", {acknowledged_at: "2024-05-15 09:00"})]}, want: {C12a: [0, 1]}},
  {says: "told the outcome: from the decision, not the receipt", records: {contact: [contact("2024-04-02 10:00", {decision_at: "2024-04-05 16:00", feedback_at: "2024-04-08 09:00"}), contact("2024-04-02 10:00", {decision_at: "2024-04-05 16:00", feedback_at: "2024-04-09 09:00"}), contact("2024-04-02 10:00", {decision_at: "2024-04-05 16:00"})]}, want: {C12b: [1, 3]}},
  {says: "not decided, or decided today: nothing is due", records: {contact: [contact("2024-04-02 10:00"), contact("2024-05-13 10:00", {decision_at: "2024-05-14 09:00", feedback_at: "2024-05-14 10:00"})]}, want: {C12b: [0, 0]}},
  {says: "told before it was decided is a fault", records: {contact: [contact("2024-04-02 10:00", {decision_at: "2024-04-05 16:00", feedback_at: "2024-04-05 15:59"})]}, want: {C12b: [0, 0]}},
  {says: "the voice of a child who is four today; the day before she was three", records: {child: [child("C1", "2020-04-03")], contact: [contact("2024-04-02 10:00"), contact("2024-04-03 10:00", {voice_recorded: "yes"}), contact("2024-04-04 10:00", {voice_recorded: "no"}), contact("2024-04-05 10:00")]}, want: {C13: [1, 3]}},
  {says: "unborn, or of unknown age: nobody to ask", records: {child: [child("C1", "2024-09-01"), child("C2", undefined)], contact: [contact("2024-04-02 10:00"), contact("2024-04-02 10:00", {child_id: "C2", voice_recorded: "yes"}), contact("2024-04-02 10:00", {child_id: "C3"})]}, want: {C13: [0, 0]}},
  {says: "a child of seventeen has a voice too", records: {child: [child("C1", "2007-01-01")], contact: [contact("2024-04-02 10:00", {voice_recorded: "yes"})]}, want: {C13: [1, 1]}}
];

const QUEUE: Example[] = [
  {says: "waiting now: red past its four hours, amber due today, green and ungraded not yet due", records: {contact: [graded("red", "2024-05-14 10:00"), graded("amber", "2024-05-13 10:00"), graded("green", "2024-05-10 10:00"), contact("2024-05-14 10:00")]}, want: {C16: [2, 4]}},
  {says: "ungraded has one working day", records: {contact: [contact("2024-05-13 10:00"), contact("2024-05-10 10:00")]}, want: {C16: [2, 2]}},
  {says: "decided late today is not waiting, decided tomorrow is", records: {contact: [graded("red", "2024-05-10 10:00", "2024-05-14 23:59"), graded("red", "2024-05-10 10:00", "2024-05-15 00:00")]}, want: {C16: [1, 1]}},
  {says: "an outcome says that it was decided; screening and pending do not", records: {contact: [contact("2024-05-01 10:00", {outcome: "nfa"}), contact("2024-05-01 10:00", {outcome: "pending"}), contact("2024-05-01 10:00", {screened_at: "2024-05-01 11:00"})]}, want: {C16: [2, 2]}},
  {says: "without a decision date an outcome is as old as the screening, and tomorrow's is not known", records: {contact: [contact("2024-05-01 10:00", {outcome: "nfa", screened_at: "2024-05-15 09:00"}), contact("2024-05-01 10:00", {outcome: "nfa", screened_at: "2024-05-14 09:00"})]}, want: {C16: [1, 1], C6: [1, 1]}},
  {says: "red received at 21:00 is due after midnight", records: {contact: [graded("red", "2024-05-14 21:00")]}, want: {C16: [0, 1]}},
  {says: "at the end of April it was waiting, though decided since", records: {contact: [graded("green", "2024-04-26 10:00", "2024-05-02 10:00"), graded("green", "2024-04-25 10:00", "2024-05-02 10:00")]}, want: {C16: [1, 2]}, asked: {}}
];

const CONSENT: Example[] = [
  {says: "given, or dispensed with and the reason said; refused, not sought, no reason and nothing recorded are not", records: {contact: [["given"], ["dispensed", "crime"], ["dispensed"], ["refused"], ["not_sought"], [undefined]].map(([consent, consent_reason], i) => contact("2024-04-02 10:00", {contact_id: `Q${i}`, consent, consent_reason})), information_request: [0, 1, 2, 3, 4, 5].map((i) => asked(`Q${i}`, "2024-04-02 11:00"))}, want: {C17: [2, 6]}},
  {says: "section 47 and strategy meetings need no consent; nobody asked, nothing to consent to", records: {contact: [of("section_47", {contact_id: "Q1"}), of("strategy_meeting", {contact_id: "Q2"}), of("referral", {contact_id: "Q3", consent: "given"}), of("referral", {contact_id: "Q4"})], information_request: ["Q1", "Q2", "Q3"].map((q) => asked(q, "2024-04-02 11:00"))}, want: {C17: [1, 1]}},
  {says: "not decided yet, it is below section 47; two children of one contact are two; many agencies are one", records: {contact: [contact("2024-04-02 10:00", {contact_id: "Q1", consent: "given"}), contact("2024-04-02 10:00", {contact_id: "Q1", child_id: "C2"})], information_request: [asked("Q1", "2024-04-02 11:00"), {...asked("Q1", "2024-04-03 11:00"), agency: "police"}]}, want: {C17: [1, 2]}},
  {says: "counted in the month of the first question", records: {contact: [contact("2024-03-28 10:00", {contact_id: "Q1", consent: "given"})], information_request: [asked("Q1", "2024-04-02 11:00"), asked("Q1", "2024-05-02 11:00")]}, want: {C17: [1, 1]}, asked: {from: "2024-04", to: "2024-04"}},
  {says: "asked tomorrow is not asked", records: {contact: [contact("2024-05-13 10:00", {contact_id: "Q1"})], information_request: [asked("Q1", "2024-05-15 11:00")]}, want: {C17: [0, 0]}}
];

const POLICE: Example[] = [
  {says: "hours from incident to receipt, to the nearest: 1, 3 and 30", records: {contact: [["2024-04-02 08:30"], ["2024-04-02 07:29"], ["2024-04-01 04:00"]].map(([incident_at]) => contact("2024-04-02 10:00", {incident_at}))}, want: {C18a: [3, 3, 3]}},
  {says: "half an hour counts as one, less as none", records: {contact: [contact("2024-04-02 10:00", {incident_at: "2024-04-02 09:30"}), contact("2024-04-02 10:00", {incident_at: "2024-04-02 09:31"})]}, want: {C18a: [2, 2, 0.5]}},
  {says: "the clocks go forward: 22:00 to 09:00 are ten hours", records: {contact: [contact("2024-03-31 09:00", {incident_at: "2024-03-30 22:00"})]}, want: {C18a: [1, 1, 10]}},
  {says: "an incident after its receipt is a fault; others than the police are not asked; no time, no hours", records: {contact: [contact("2024-04-02 10:00", {incident_at: "2024-04-02 10:01"}), contact("2024-04-02 10:00", {source: "2A", incident_at: "2024-04-02 09:00"}), contact("2024-04-02 10:00")]}, want: {C18a: [0, 0, null], C18b: [0, 0]}},
  {says: "the second and third contact of an incident repeat it", records: {contact: ["2024-04-02 10:00", "2024-04-02 10:00", "2024-04-20 10:00"].map((d) => contact(d, {incident_id: "I1"}))}, want: {C18b: [2, 3]}},
  {says: "brothers and sisters in one incident repeat nothing; nor does another incident, nor one without a number", records: {contact: [contact("2024-04-02 10:00", {incident_id: "I1"}), contact("2024-04-02 10:00", {child_id: "C2", incident_id: "I1"}), contact("2024-04-03 10:00", {incident_id: "I2"}), contact("2024-04-04 10:00"), contact("2024-04-05 10:00")]}, want: {C18b: [0, 3]}},
  {says: "a school told us of the incident first", records: {contact: [contact("2024-04-02 10:00", {source: "2A", incident_id: "I1"}), contact("2024-04-03 10:00", {incident_id: "I1"})]}, want: {C18b: [1, 1]}}
];

const referral = (referral_date: string, rest: Row = {}): Row => ({referral_id: `R${referral_date}`, child_id: "C1", source: "6", referral_date, ...rest});
const OPEN: Example[] = [
  {says: "open since yesterday is open; since today is what the contact led to", records: {contact: [contact("2024-04-02 10:00"), contact("2024-04-03 10:00")], referral: [referral("2024-04-02")]}, want: {C19: [1, 2]}},
  {says: "closed on the day is not open; closed the day after is", records: {contact: [contact("2024-04-02 10:00"), contact("2024-04-02 10:00", {child_id: "C2"})], referral: [referral("2024-03-01", {closed_on: "2024-04-02"}), referral("2024-03-01", {child_id: "C2", closed_on: "2024-04-03"})]}, want: {C19: [1, 2]}},
  {says: "a referral with no further action opens nothing", records: {contact: [contact("2024-04-02 10:00")], referral: [referral("2024-03-01", {no_further_action: "yes"})]}, want: {C19: [0, 1]}},
  {says: "what the record says comes before what can be worked out", records: {contact: [contact("2024-04-02 10:00", {case_open: "yes"}), contact("2024-04-02 10:00", {child_id: "C2", case_open: "no"})], referral: [referral("2024-03-01", {child_id: "C2"})]}, want: {C19: [1, 2]}},
  {says: "on a child protection plan, or looked after, though the referral is not held", records: {contact: [contact("2024-04-02 10:00"), contact("2024-04-02 10:00", {child_id: "C2"}), contact("2024-04-02 10:00", {child_id: "C3"})], cp_plan: [{child_id: "C1", started_on: "2023-04-03"}], care_episode: [{child_id: "C2", started_on: "2022-04-03", ended_on: "2024-04-02"}], cin_plan: [{child_id: "C3", started_on: "2024-03-01"}]}, want: {C19: [2, 3]}},
  {says: "a plan begun the day the referral closed keeps the case open", records: {contact: [contact("2024-04-02 10:00")], referral: [referral("2024-03-01", {closed_on: "2024-04-02"})], cin_plan: [{child_id: "C1", started_on: "2024-04-02"}]}, want: {C19: [1, 1]}}
];

// ---- random worlds ---------------------------------------------------------------------------------------------------

const maybe = <T>(arbitrary: fc.Arbitrary<T>, freq = 3): fc.Arbitrary<T | undefined> => fc.option(arbitrary, {nil: undefined, freq});
const row = (fields: Record<string, fc.Arbitrary<string | undefined>>): fc.Arbitrary<Row> => fc.record(fields) as fc.Arbitrary<Row>;
/** 01:00 to 01:59 is never drawn, as on two nights a year nobody can say which hour is meant or it is none. */
const clock = fc.oneof(fc.constantFrom("00:00", "00:30", "02:00", "09:00", "12:00", "20:00", "23:59"), fc.tuple(fc.integer({min: 2, max: 23}), fc.integer({min: 0, max: 59})).map(([h, m]) => `${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}`));

function worlds(asAt: string): fc.Arbitrary<World> {
  const id = fc.integer({min: 1, max: 12}).map((c) => `C${c}`);
  const edges = ["2024-02-29", "2023-02-28", "2024-03-29", "2023-10-29", "2023-12-25", "2023-05-08", asAt, addDays(asAt, -8), addDays(asAt, -92), addDays(asAt, -184), addMonths(asAt, -12)];
  const days = fc.oneof(
    {weight: 1, arbitrary: fc.tuple(fc.constantFrom(...edges), fc.integer({min: -6, max: 6})).map(([d, by]) => addDays(d, by))},
    {weight: 2, arbitrary: fc.integer({min: dayNumber(asAt) - 700, max: dayNumber(asAt) + 8}).map(isoDay)}
  );
  const near = (d: string, most: number) => fc.tuple(fc.integer({min: -1, max: most}), clock, fc.boolean()).map(([by, t, dated]) => (dated && by % 3 === 0 ? addDays(d, by) : `${addDays(d, by)} ${t}`));
  const flag = maybe(fc.constantFrom("yes", "no"));
  const grade = maybe(fc.constantFrom("red", "amber", "green", "green", "purple"), 6);
  const outcome = maybe(fc.oneof({weight: 3, arbitrary: fc.constantFrom("nfa", "advice", "information_only")}, {weight: 3, arbitrary: fc.constantFrom("referral", "section_47", "strategy_meeting", "early_help", "early_help")}, {weight: 1, arbitrary: fc.constantFrom("nfa;referral", "pending", "pending;advice", "existing_referral", "sent to the moon", "early_help;nfa", "other")}), 6);
  const team = maybe(fc.constantFrom("North", "South"));
  const contactOf = fc.tuple(days, clock).chain(([d, t]) =>
    row({
      child_id: id, received_at: fc.constant(`${d} ${t}`), source: maybe(fc.constantFrom("6", "6", "6", "2A", "1A", "OOH", "9", "3A"), 9), issue: maybe(fc.constantFrom("neglect", "domestic_abuse;neglect", "physical_abuse")), rag_initial: grade, rag_final: grade,
      screened_at: maybe(near(d, 2)), decision_at: maybe(near(d, 6), 4), outcome, consent: maybe(fc.constantFrom("given", "dispensed", "refused", "not_sought")), consent_reason: maybe(fc.constantFrom("crime", "delay"), 2),
      acknowledged_at: maybe(near(d, 3)), feedback_at: maybe(near(d, 8)), incident_at: maybe(fc.integer({min: -3000, max: 60}).map((by) => wallTime(instant(`${d} ${t}`) + by)).filter((w) => w.slice(11, 13) !== "01")), incident_id: maybe(fc.constantFrom("I1", "I2", "I3"), 2),
      case_open: maybe(fc.constantFrom("yes", "no"), 2), voice_recorded: flag, team, linked_contact_id: maybe(fc.integer({min: 0, max: 99}).map((k) => `K${k}`), 2)
    })
  );
  const some = (arbitrary: fc.Arbitrary<Row>, few: number) => fc.array(arbitrary, {minLength: few, maxLength: few});
  const spans = (most: number) => fc.uniqueArray(fc.tuple(id, days, maybe(fc.integer({min: -2, max: 300}), 2)).map(([child_id, started_on, by]): Row => ({child_id, started_on, ended_on: by === undefined ? undefined : addDays(started_on, by)})), {minLength: most, maxLength: most, selector: (r) => `${r.child_id} ${r.started_on}`});
  const kin = fc.uniqueArray(fc.tuple(fc.integer({min: 1, max: 14}), maybe(fc.constantFrom("F1", "F2")), maybe(fc.integer({min: dayNumber(asAt) - 7300, max: dayNumber(asAt) + 100}).map(isoDay), 6), maybe(days, 2)).map(([c, family_id, date_of_birth, died]): Row => ({child_id: `C${c}`, family_id, date_of_birth, date_of_death: died && date_of_birth && died > date_of_birth ? died : undefined})), {minLength: 13, maxLength: 14, selector: (r) => r.child_id!});
  const homes = fc.uniqueArray(fc.tuple(fc.constantFrom("H1", "H2", "H3"), id, maybe(days), maybe(days, 2)).map(([household_id, child_id, from_on, to_on]): Row => ({household_id, child_id, from_on, to_on})), {minLength: 7, maxLength: 7, selector: (r) => `${r.household_id} ${r.child_id} ${r.from_on ?? ""}`});
  return fc.tuple(some(contactOf, 110), kin, homes, fc.tuple(spans(4), spans(3), spans(2)), some(row({child_id: id, started_on: days}), 9), some(row({child_id: id, started_on: days}), 8), fc.array(fc.tuple(id, days, flag, maybe(fc.integer({min: -2, max: 200}), 2)), {minLength: 14, maxLength: 14})).chain(([told, kids, lived, [cin, cp, care], assessed, enquiries, referred]) => {
    // now and then two children of one contact
    const numbered = told.map((r, i): Row => ({...r, contact_id: `K${i % 9 === 8 && told[i - 1]!.child_id !== r.child_id ? i - 1 : i}`}));
    const soon = fc.constantFrom(...numbered).chain((r) => fc.tuple(fc.constant(r.child_id), near(dateOf(r.received_at!), 9), fc.constantFrom("cumulative_review", "chronology", "siblings_decision", "siblings_decision", "drift_review")));
    const requests = fc.uniqueArray(fc.constantFrom(...numbered).chain((r) => fc.tuple(fc.constant(r.contact_id), near(dateOf(r.received_at!), 2), fc.constantFrom("police", "health.gp"))), {minLength: 35, maxLength: 35, selector: (q) => q.join(" ")});
    const distinct = (of: Row[], key: (r: Row) => string) => of.filter((r, i) => of.findIndex((o) => key(o) === key(r)) === i);
    return fc.tuple(fc.array(soon, {minLength: 45, maxLength: 45}), requests).map(
      ([oversights, questions]): World => ({
        contact: numbered,
        child: kids,
        household: lived,
        cin_plan: cin,
        cp_plan: cp,
        care_episode: care,
        assessment: distinct(assessed, (r) => `${r.child_id} ${r.started_on}`).map((r, i) => ({...r, assessment_id: `A${i}`})),
        section_47: distinct(enquiries, (r) => `${r.child_id} ${r.started_on}`),
        referral: referred.map(([child_id, referral_date, no_further_action, by], i) => ({referral_id: `R${i + 10}`, child_id, referral_date, source: "6", no_further_action, closed_on: by === undefined ? undefined : addDays(referral_date, by)})),
        management_oversight: distinct(oversights.map(([child_id, occurred_at, kind]): Row => ({child_id, occurred_at, kind})), (r) => `${r.child_id} ${r.occurred_at} ${r.kind}`),
        information_request: questions.map(([contact_id, requested_at, agency]): Row => ({contact_id, requested_at, agency}))
      })
    );
  });
}

export const family: Family = {
  name: "contacts",
  oracles: {
    C3a: {kind: "percentage", rows: C3a},
    C3b: {kind: "duration", rows: C3b},
    C4a: {kind: "percentage", rows: C4a},
    C4b: {kind: "percentage", rows: C4b},
    C5: {kind: "percentage", rows: share(TAKEN_ON)},
    C6: {kind: "percentage", rows: share(CLOSED)},
    C7: {kind: "percentage", rows: C7},
    C8: {kind: "snapshot", percent: true, rows: C8},
    C9: {kind: "snapshot", percent: true, rows: C9},
    C10: {kind: "snapshot", percent: true, rows: C10},
    C11: {kind: "percentage", rows: C11},
    C12a: {kind: "percentage", rows: told((r) => r.received_at, "acknowledged_at")},
    C12b: {kind: "percentage", rows: told((r, asAt) => known(r.decision_at, asAt), "feedback_at")},
    C13: {kind: "percentage", rows: C13},
    C14a: {kind: "percentage", rows: share(TAKEN_ON, (r) => r.source === "6")},
    C14b: {kind: "percentage", rows: share(CLOSED, (r) => r.source === "6")},
    C15a: {kind: "percentage", rows: share(["early_help"])},
    C15b: {kind: "percentage", rows: C15b},
    C16: {kind: "snapshot", rows: C16},
    C17: {kind: "percentage", rows: C17},
    C18a: {kind: "duration", rows: C18a},
    C18b: {kind: "percentage", rows: C18b},
    C19: {kind: "percentage", rows: C19}
  },
  worlds,
  examples: [...TIMELINESS, ...CAME_OF_IT, ...BACK, ...ADD_UP, ...SIBLINGS, ...TOLD, ...QUEUE, ...CONSENT, ...POLICE, ...OPEN],
  carried: {
    contact: ["contact_id", "linked_contact_id", "child_id", "received_at", "source", "issue", "rag_initial", "rag_final", "screened_at", "decision_at", "outcome", "consent", "consent_reason", "acknowledged_at", "feedback_at", "incident_at", "incident_id", "case_open", "voice_recorded"],
    child: ["child_id", "date_of_birth", "date_of_death", "family_id"],
    household: ["household_id", "child_id", "from_on", "to_on"],
    referral: ["referral_id", "child_id", "referral_date", "source", "no_further_action", "closed_on"],
    assessment: ["assessment_id", "child_id", "started_on"],
    section_47: ["child_id", "started_on"],
    cin_plan: ["child_id", "started_on", "ended_on"],
    cp_plan: ["child_id", "started_on", "ended_on"],
    care_episode: ["child_id", "started_on", "ended_on"],
    management_oversight: ["child_id", "occurred_at", "kind"],
    information_request: ["contact_id", "agency", "requested_at"]
  }
};
