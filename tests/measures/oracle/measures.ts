// What each measure should count, written in plain TypeScript from the measures' definitions alone; the SQL was not looked at.
// Slow and obvious on purpose. Reads a world of records as exported and gives one row a counted case.
import {addDays, addMonths, addWorkingDays, dateOf, elapsedMinutes, instant, lastDayOf, monthOf, wallTime, workingDaysBetween} from "./days.ts";

/** One exported record: field name → cell; absent or empty is blank. */
export type Row = Record<string, string | undefined>;
/** Record set → its rows, in file order. */
export type World = Record<string, Row[]>;

/** One counted case. `met` null where a measure only counts. */
export interface Case {
  child: string;
  on: string;
  met: boolean | null;
  value?: number | null;
  team?: string | undefined;
  agency?: string | undefined;
  status?: string;
  category?: string | undefined;
}

const yes = (cell: string | undefined) => cell === "yes";
const by = <T>(key: (row: T) => string) => (a: T, b: T) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
const rows = (world: World, set: string) => world[set] ?? [];
const wall = (cell: string) => (cell.length === 10 ? `${cell} 00:00` : cell);
const isMidnight = (cell: string) => cell.length === 10 || /[ T]00:00(:00)?$/.test(cell);
const before = (a: string, b: string) => wall(a) < wall(b);
const child = (row: Row) => row.child_id!;

export type Oracle = (world: World, asAt: string) => Case[];

/** What a measure should count and how its cases become a number. */
export interface OracleOf {
  kind: "count" | "percentage" | "duration" | "snapshot" | "mean" | "agreement" | "rate";
  /** A snapshot told as a share. */
  percent?: boolean;
  counts?: "child" | "weight";
  scale?: number;
  /** `child` holds the case's own id rather than the child's (a meeting, a session). */
  keyedByCase?: boolean;
  /** The base of a rate in a month, whole or of a team; null where not known. */
  rate?: {per: number; over: "year" | "period" | "snapshot"; base: (world: World, asAt: string, month: string, team?: string) => number | null};
  rows: Oracle;
}

// ---- contacts --------------------------------------------------------------------------------------------------------

const C1: Oracle = (world) => rows(world, "contact").map((r) => ({child: child(r), on: dateOf(r.received_at!), met: null, team: r.team}));

const C2: Oracle = (world, asAt) =>
  rows(world, "contact").flatMap((r) => {
    const due = addWorkingDays(dateOf(r.received_at!), 1);
    const decided = r.screened_at || r.decision_at;
    if (due > asAt) return [];
    if (decided && precedes(decided, r.received_at!)) return [];
    return [{child: child(r), on: due, met: !!decided && workingDaysBetween(dateOf(r.received_at!), dateOf(decided)) <= 1, team: r.team}];
  });

/** Ends before it starts; an end that has no time of day can only be held to its day. */
const precedes = (end: string, start: string) => (isMidnight(end) ? dateOf(end) < dateOf(start) : before(end, start));

const I1: Oracle = (world, asAt) =>
  rows(world, "information_request").flatMap((r) => {
    if (!r.due_at || dateOf(r.due_at) > asAt) return [];
    if (r.returned_at && precedes(r.returned_at, r.requested_at!)) return [];
    const inTime = !!r.returned_at && (isMidnight(r.due_at) ? dateOf(r.returned_at) <= dateOf(r.due_at) : !before(r.due_at, r.returned_at));
    const of = rows(world, "contact").filter((c) => c.contact_id === r.contact_id);
    return [{child: of.length === 1 ? child(of[0]!) : "", on: dateOf(r.due_at), met: inTime, agency: r.agency!.split(".")[0]!, team: r.team}];
  });

// ---- out of hours ----------------------------------------------------------------------------------------------------

const limitMinutes = (r: Row) => (r.priority === "urgent" ? 60 : 240);
const judged = (world: World, asAt: string) =>
  rows(world, "out_of_hours_contact").filter((r) => {
    if (r.priority === "none") return false;
    if (r.responded_at && before(r.responded_at, r.received_at!)) return false;
    return dateOf(dueAt(r)) <= asAt;
  });
const dueAt = (r: Row) => wallTime(instant(wall(r.received_at!)) + limitMinutes(r));

const E2a: Oracle = (world, asAt) =>
  judged(world, asAt).map((r) => ({child: child(r), on: dateOf(dueAt(r)), met: !!r.responded_at && elapsedMinutes(wall(r.received_at!), wall(r.responded_at)) <= limitMinutes(r), team: r.team}));

const E2b: Oracle = (world, asAt) =>
  judged(world, asAt).map((r) => {
    const answered = !!r.responded_at && dateOf(r.responded_at) <= asAt;
    const until = answered ? wall(r.responded_at!) : `${addDays(asAt, 1)} 00:00`;
    return {child: child(r), on: dateOf(dueAt(r)), met: answered, value: elapsedMinutes(wall(r.received_at!), until), team: r.team};
  });

// ---- referrals -------------------------------------------------------------------------------------------------------

/** Same child, same day: only the first counts, by id and then by file order. */
function referrals(world: World): Row[] {
  const ordered = rows(world, "referral").toSorted(by((r) => r.referral_id ?? ""));
  return ordered.filter((r, i) => ordered.findIndex((o) => o.child_id === r.child_id && o.referral_date === r.referral_date) === i).toSorted(by((r) => `${r.child_id} ${r.referral_date}`));
}

const R1: Oracle = (world) =>
  referrals(world).map((r, _, all) => ({
    child: child(r),
    on: r.referral_date!,
    met: all.some((p) => p.child_id === r.child_id && p.referral_date! < r.referral_date! && r.referral_date! <= addMonths(p.referral_date!, 12)),
    team: r.team
  }));

// ---- assessments and being seen --------------------------------------------------------------------------------------

/** The referral an assessment belongs to: the one it names, else the child's latest that had begun. */
function referralOf(a: Row, world: World): Row | undefined {
  const own = referrals(world).filter((r) => r.child_id === a.child_id);
  const named = rows(world, "referral").find((r) => a.referral_id && r.child_id === a.child_id && r.referral_id === a.referral_id);
  // a second referral of the day is not counted: what names it belongs to the first
  if (named) return own.find((r) => r.referral_date === named.referral_date);
  return own.filter((r) => r.referral_date! <= a.started_on!).at(-1);
}

function assessmentsOf(r: Row, world: World, asAt: string): Row[] {
  return rows(world, "assessment").filter((a) => {
    const of = a.child_id === r.child_id && a.started_on! <= asAt ? referralOf(a, world) : undefined;
    return of?.referral_date === r.referral_date;
  });
}

const A1: Oracle = (world, asAt) =>
  referrals(world).flatMap((r) => {
    const [first] = assessmentsOf(r, world, asAt).toSorted(by((a) => `${a.started_on} ${a.authorised_on ?? "9999"}`));
    const due = addWorkingDays(r.referral_date!, 45);
    if (!first || due > asAt) return [];
    if (first.authorised_on && first.authorised_on < r.referral_date!) return [];
    return [{child: child(r), on: due, met: !!first.authorised_on && workingDaysBetween(r.referral_date!, first.authorised_on) <= 45, team: first.team || r.team}];
  });

/** The day a referral's child was first seen: by its assessments, else by visits before the child's next referral. What lies after the as-at date is not known. */
function seenOn(r: Row, world: World, asAt: string): string | undefined {
  const assessed = assessmentsOf(r, world, asAt).flatMap((a) => (a.child_seen_on && a.child_seen_on <= asAt ? [a.child_seen_on] : [])).sort()[0];
  if (assessed) return assessed;
  const next = referrals(world).find((o) => o.child_id === r.child_id && o.referral_date! > r.referral_date!)?.referral_date ?? "9999";
  return rows(world, "visit").flatMap((v) => (v.child_id === r.child_id && yes(v.child_seen) && v.visited_on! >= r.referral_date! && v.visited_on! < next && v.visited_on! <= asAt ? [v.visited_on!] : [])).sort()[0];
}

const accepted = (world: World) => referrals(world).filter((r) => !yes(r.no_further_action));

const A4a: Oracle = (world, asAt) =>
  accepted(world).flatMap((r) => {
    const due = addWorkingDays(r.referral_date!, 5);
    const seen = seenOn(r, world, asAt);
    if (due > asAt || (seen && seen < r.referral_date!)) return [];
    return [{child: child(r), on: due, met: !!seen && workingDaysBetween(r.referral_date!, seen) <= 5, team: r.team}];
  });

const A4b: Oracle = (world, asAt) =>
  accepted(world).flatMap((r) => {
    const due = addWorkingDays(r.referral_date!, 5);
    const seen = seenOn(r, world, asAt);
    if (due > asAt || (seen && seen < r.referral_date!)) return [];
    const until = seen ?? (r.closed_on && r.closed_on < asAt ? r.closed_on : asAt);
    if (until < r.referral_date!) return []; // closed before it began
    return [{child: child(r), on: due, met: !!seen, value: workingDaysBetween(r.referral_date!, until), team: r.team}];
  });

/** Month ends from the world's first event up to the as-at date, and the as-at date itself. */
function snapshotDays(world: World, asAt: string): string[] {
  const days: string[] = [];
  const first = Object.values(world).flat().flatMap((r) => [r.referral_date, r.started_on, r.received_at].filter((d): d is string => !!d)).sort()[0];
  for (let month = monthOf(first ?? asAt); lastDayOf(month) <= asAt; month = monthOf(addMonths(`${month}-01`, 1))) days.push(lastDayOf(month));
  return days.at(-1) === asAt ? days : [...days, asAt];
}

const A5: Oracle = (world, asAt) => {
  const known = accepted(world).map((r) => ({r, due: addWorkingDays(r.referral_date!, 5), seen: seenOn(r, world, asAt)}));
  return snapshotDays(world, asAt).flatMap((p) =>
    known
      .filter(({r}) => r.referral_date! <= p && (!r.closed_on || r.closed_on > p))
      .map(({r, due, seen}) => ({child: child(r), on: p, met: due <= p && !(seen && seen <= p), team: r.team}))
  );
};

// ---- strategy meetings -----------------------------------------------------------------------------------------------

const PRESENT = ["in_person", "video", "telephone", "attended"];
const THERE = [...PRESENT, "part"];

interface Meeting {
  id: string;
  held: string;
  children: Row[];
  attendance: Row[];
}

function meetings(world: World, asAt: string): Meeting[] {
  const ids = [...new Set(rows(world, "strategy_meeting").map((r) => r.meeting_id!))];
  return ids.flatMap((id) => {
    const children = rows(world, "strategy_meeting").filter((r) => r.meeting_id === id);
    const held = children.flatMap((r) => (r.held_at ? [r.held_at] : [])).sort()[0];
    if (!held || dateOf(held) > asAt) return [];
    return [{id, held: dateOf(held), children, attendance: rows(world, "meeting_attendance").filter((a) => a.meeting_type === "strategy" && a.meeting_id === id)}];
  });
}

const top = (a: Row) => a.agency!.split(".")[0]!;
const teamOf = (m: Meeting) => m.children.flatMap((c) => (c.team ? [c.team] : [])).sort()[0];
const caseStatus = (m: Meeting, world: World) => {
  const [first] = m.children;
  const flag = m.children.find((c) => c.case_open)?.case_open;
  if (flag) return yes(flag) ? "open" : "new";
  const start = dateOf(first!.triggered_at || first!.held_at!);
  return referrals(world).some((r) => m.children.some((c) => c.child_id === r.child_id) && r.referral_date! < start && (!r.closed_on || r.closed_on > start)) ? "open" : "new";
};

const S1: Oracle = (world, asAt) =>
  meetings(world, asAt).map((m) => ({
    child: m.id,
    on: m.held,
    met: ["social_care", "police", "health"].every((agency) => m.attendance.some((a) => top(a) === agency && PRESENT.includes(a.attended ?? ""))),
    status: caseStatus(m, world), team: teamOf(m)
  }));

const health = (m: Meeting) => m.attendance.filter((a) => top(a) === "health");
const invited = (m: Meeting) => health(m).some((a) => yes(a.invited) || (!a.invited && THERE.includes(a.attended ?? "")));

const S2a: Oracle = (world, asAt) => meetings(world, asAt).map((m) => ({child: m.id, on: m.held, met: invited(m), status: caseStatus(m, world), team: teamOf(m)}));

const S2b: Oracle = (world, asAt) =>
  meetings(world, asAt).filter(invited).map((m) => ({child: m.id, on: m.held, met: health(m).some((a) => THERE.includes(a.attended ?? "")), status: caseStatus(m, world), team: teamOf(m)}));

// ---- children in need ------------------------------------------------------------------------------------------------

const N3: Oracle = (world, asAt) =>
  snapshotDays(world, asAt).flatMap((p) =>
    rows(world, "cin_plan")
      .filter((r) => r.started_on! <= p && (!r.ended_on || r.ended_on > p) && workingDaysBetween(r.started_on!, p) > 10)
      .map((r) => ({
        child: child(r),
        on: p,
        met: !rows(world, "cin_meeting").some((m) => m.child_id === r.child_id && m.type !== "core_group" && m.held_on && m.held_on > addDays(p, -84) && m.held_on <= p),
        team: r.team
      }))
  );

/** Measure id → how to work it out. `counts: "child"` counts children, not rows. */
/** By measure; families of measures add their own (tests/measures/family.ts). */
export const ORACLES: Record<string, OracleOf> = {
  C1: {kind: "count", rows: C1},
  C2: {kind: "percentage", rows: C2},
  I1: {kind: "percentage", rows: I1},
  E2a: {kind: "percentage", rows: E2a},
  E2b: {kind: "duration", rows: E2b},
  R1: {kind: "percentage", rows: R1},
  R2: {kind: "percentage", counts: "child", rows: R1},
  A1: {kind: "percentage", rows: A1},
  A4a: {kind: "percentage", rows: A4a},
  A4b: {kind: "duration", rows: A4b},
  A5: {kind: "snapshot", rows: A5},
  S1: {kind: "percentage", keyedByCase: true, rows: S1},
  S2a: {kind: "percentage", keyedByCase: true, rows: S2a},
  S2b: {kind: "percentage", keyedByCase: true, rows: S2b},
  N3: {kind: "snapshot", percent: true, rows: N3}
};
