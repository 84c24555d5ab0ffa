// Supervision and audits, by their definitions: plain loops over the records as exported. The SQL was not looked at.
import fc from "fast-check";
import type {Family} from "../family.ts";
import {addDays, addMonths, addWorkingDays, dayNumber, isoDay, lastDayOf, monthOf} from "../oracle/days.ts";
import type {Case, Oracle, Row, World} from "../oracle/measures.ts";
import {maybe} from "../world.ts";

const rows = (world: World, set: string) => world[set] ?? [];
const top = (agency: string | undefined) => agency?.split(".")[0];
/** A case counted by its weight: one row for what was met, one for what was not. */
const weighed = (of: Omit<Case, "met">, met: number, all: number): Case[] => [{...of, met: true, value: met}, {...of, met: false, value: all - met}].filter((c) => c.value > 0);

// ---- supervision -----------------------------------------------------------------------------------------------------

/** Days on which snapshots are taken: month ends from the first day that the records reach, and the as-at date. */
export function snapshotDays(world: World, asAt: string): string[] {
  const from = (set: string, field: string) => rows(world, set).flatMap((r) => r[field] ?? []);
  const supervised = rows(world, "supervision").flatMap((s) => s.held_on ?? s.due_on ?? []);
  const first = [...from("referral", "referral_date"), ...from("cin_plan", "started_on"), ...from("cp_plan", "started_on"), ...from("audit", "audited_on"), ...from("workforce", "month"), ...supervised].sort()[0];
  if (!first || first > asAt) return [];
  const days: string[] = [];
  for (let month = monthOf(first); lastDayOf(month) <= asAt; month = monthOf(addMonths(`${month}-01`, 1))) days.push(lastDayOf(month));
  return days.at(-1) === asAt ? days : [...days, asAt];
}

interface Part {
  from: string;
  to: string;
  team: string | undefined;
}

/** What keeps a child open to children's social care: accepted referrals, plans and care. */
function parts(world: World, child: string): Part[] {
  const own = (set: string) => rows(world, set).filter((r) => r.child_id === child);
  const referrals = own("referral").toSorted((a, b) => (a.referral_id! < b.referral_id! ? -1 : 1));
  const counted = referrals.filter((r, i) => referrals.findIndex((o) => o.referral_date === r.referral_date) === i && r.no_further_action !== "yes");
  return [
    ...counted.map((r) => ({from: r.referral_date!, to: r.closed_on || "9999", team: r.team})),
    ...["cin_plan", "cp_plan", "care_episode"].flatMap(own).map((r) => ({from: r.started_on!, to: r.ended_on || "9999", team: r.team}))
  ].filter((p) => p.from < p.to);
}

/** Since when a child that is open on a day has been open without a break; null where it is not open. */
export function openSince(world: World, child: string, day: string): {since: string; team: string | undefined} | null {
  const all = parts(world, child);
  const now = all.filter((p) => p.from <= day && day < p.to);
  if (now.length === 0) return null;
  let since = day;
  for (let earlier: Part | undefined; (earlier = all.find((p) => p.from < since && p.to >= since)); ) since = earlier.from;
  return {since, team: now[0]!.team};
}

export const childrenOf = (world: World) => [...new Set(["referral", "cin_plan", "cp_plan", "care_episode"].flatMap((set) => rows(world, set).map((r) => r.child_id!)))];

const V1: Oracle = (world, asAt) =>
  snapshotDays(world, asAt).flatMap((day) =>
    childrenOf(world).flatMap((child) => {
      const open = openSince(world, child, day);
      if (!open || addWorkingDays(open.since, 20) > day) return [];
      const last = rows(world, "supervision").flatMap((s) => (s.child_id === child && s.held_on && s.held_on >= open.since && s.held_on <= day ? [s.held_on] : [])).sort().at(-1);
      return [{child, on: day, met: !!last && addWorkingDays(last, 20) > day, team: open.team}];
    })
  );

const V2: Oracle = (world, asAt) =>
  rows(world, "supervision").flatMap((s) => {
    const [set, done] = [Number(s.actions || 0), Number(s.actions_done || 0)];
    if (!s.held_on || set <= 0 || done < 0 || done > set) return [];
    const due = addWorkingDays(s.held_on, 20);
    return due > asAt ? [] : weighed({child: s.child_id!, on: due, team: s.team}, done, set);
  });

// ---- audits ----------------------------------------------------------------------------------------------------------

/** First and last day of a period as councils write it; null where it is none. */
export function period(words: string): [string, string] | null {
  const months = (first: string, n: number): [string, string] => [first, addDays(addMonths(first, n), -1)];
  const [, year = "", rest = ""] = /^(\d{4})(.*)$/.exec(words) ?? [];
  if (/^-(0[1-9]|1[0-2])(-\d\d)?$/.test(rest)) return months(`${year}${rest.slice(0, 3)}-01`, 1);
  const [, next, quarter] = /^[-/]((?:\d\d)?\d\d)(?: Q([1-4]))?$/.exec(rest) ?? [];
  if (next) return next.slice(-2) !== String(Number(year) + 1).slice(-2) ? null : quarter ? months(addMonths(`${year}-04-01`, 3 * Number(quarter) - 3), 3) : months(`${year}-04-01`, 12);
  const calendar = /^[- ]Q([1-4])$/.exec(rest)?.[1];
  if (calendar) return months(addMonths(`${year}-01-01`, 3 * Number(calendar) - 3), 3);
  return year && rest === "" ? months(`${year}-01-01`, 12) : null;
}

const Q1: Oracle = (world, asAt) => {
  const plans = rows(world, "audit_plan").filter((p) => Number(p.planned) > 0);
  const keys = [...new Set(plans.map((p) => `${p.period}|${top(p.agency)}`))];
  return keys.flatMap((key) => {
    const [words, agency] = key.split("|") as [string, string];
    const days = period(words);
    if (!days || days[1] > asAt) return [];
    const planned = plans.filter((p) => p.period === words && top(p.agency) === agency).reduce((n, p) => n + Number(p.planned), 0);
    const done = new Set(rows(world, "audit").flatMap((a) => (top(a.agency) === agency && a.audited_on! >= days[0] && a.audited_on! <= days[1] ? [a.audit_id] : []))).size;
    return weighed({child: "", on: days[1], agency}, Math.min(done, planned), planned);
  });
};

interface Grade {
  row: Row;
  first: number | null;
  moderated: number | null;
  stands: number;
}

/** One a audit and domain: the moderated row, else the one about no check, else the first check's. */
function grades(world: World, asAt: string): Grade[] {
  const valid = (cell: string | undefined) => (["1", "2", "3", "4"].includes(cell ?? "") ? Number(cell) : null);
  const all = rows(world, "audit").flatMap((row) => {
    const [first, moderated] = [valid(row.grade), valid(row.moderated_grade)];
    const stands = moderated ?? first;
    return stands === null || row.audited_on! > asAt ? [] : [{row, first, moderated, stands}];
  });
  const order = (g: Grade) => `${g.moderated === null ? 1 : 0} ${g.row.check_id ?? ""}`;
  return all.filter((g) => !all.some((o) => o !== g && o.row.audit_id === g.row.audit_id && o.row.domain === g.row.domain && order(o) < order(g)));
}

const about = ({row}: Grade) => ({child: row.child_id ?? "", on: row.audited_on!, team: row.team, agency: top(row.agency), category: row.domain});
const good = (selection: string, which: (domain: string) => boolean): Oracle => (world, asAt) =>
  grades(world, asAt).filter((g) => g.row.selection === selection && which(g.row.domain!)).map((g) => ({...about(g), met: g.stands >= 3}));

const moderation: Oracle = (world, asAt) =>
  grades(world, asAt).flatMap((g) => (g.first === null || g.moderated === null ? [] : [{...about(g), met: g.first === g.moderated, value: 10 * g.first + g.moderated}]));

const Q4: Oracle = (world, asAt) =>
  rows(world, "audit_action").flatMap((action) => {
    if (action.due_on! > asAt) return [];
    const audited = rows(world, "audit").filter((a) => a.audit_id === action.audit_id);
    if (action.closed_on && audited.some((a) => action.closed_on! < a.audited_on!)) return [];
    return [{child: audited[0]?.child_id ?? "", on: action.due_on!, met: !!action.closed_on && action.closed_on <= action.due_on!, team: action.team, agency: top(action.owner_agency)}];
  });

const Q5: Oracle = (world, asAt) => {
  const all = grades(world, asAt).filter((g) => g.row.child_id);
  return all.flatMap((g) => {
    const before = all.filter((o) => o.row.child_id === g.row.child_id && o.row.domain === g.row.domain && o.row.audited_on! < g.row.audited_on!);
    const last = before.map((o) => o.row.audited_on!).sort().at(-1);
    const [previous] = before.filter((o) => o.row.audited_on === last).toSorted((a, b) => (a.row.audit_id! < b.row.audit_id! ? -1 : 1));
    return previous ? [{...about(g), met: g.stands > previous.stands}] : [];
  });
};

const DECISIONS: Record<string, string> = {
  threshold_correct: "decision_rationale", rationale_recorded: "decision_rationale", consent_recorded: "decision_rationale", priority_right: "risk_prioritisation", out_of_hours_right: "out_of_hours"
};

const agreed = (selection: string): Oracle => (world, asAt) => {
  const answers = rows(world, "audit").filter((a) => a.selection === selection && a.audited_on! <= asAt && DECISIONS[a.check_id ?? ""] && ["yes", "no"].includes(a.check_result ?? ""));
  const decisions = [...new Set(answers.map((a) => `${a.audit_id}|${DECISIONS[a.check_id!]}`))];
  return decisions.map((decision) => {
    const of = answers.filter((a) => `${a.audit_id}|${DECISIONS[a.check_id!]}` === decision);
    return {child: of[0]!.child_id ?? "", on: of[0]!.audited_on!, met: of.every((a) => a.check_result === "yes"), team: of[0]!.team, category: decision.split("|")[1]};
  });
};

// ---- random worlds ---------------------------------------------------------------------------------------------------

export const record = (fields: Record<string, fc.Arbitrary<string | undefined>>): fc.Arbitrary<Row> => fc.record(fields) as fc.Arbitrary<Row>;
export const several = (one: fc.Arbitrary<Row>, n: number) => fc.array(one, {minLength: n, maxLength: n});
export const whole = (min: number, max: number) => fc.integer({min, max}).map(String);

/** Days of the last two years and a few to come, crowded about holidays, month ends and the as-at date. */
export function days(asAt: string): fc.Arbitrary<string> {
  const edges = ["2023-12-25", "2024-01-01", "2024-02-29", "2024-03-29", "2024-03-31", "2023-04-30", "2023-09-30", asAt, addDays(asAt, -28), addDays(asAt, -40)];
  const near = fc.tuple(fc.constantFrom(...edges), fc.integer({min: -4, max: 4})).map(([day, n]) => addDays(day, n));
  return fc.oneof({weight: 2, arbitrary: near}, {weight: 3, arbitrary: fc.integer({min: dayNumber(asAt) - 700, max: dayNumber(asAt) + 10}).map(isoDay)});
}

/** Only the first row of each key: a second would be the same record told twice. */
export const oneEach = (set: Row[], ...key: string[]) => set.filter((r, i) => set.findIndex((o) => key.every((f) => o[f] === r[f])) === i);

/** Referrals, plans and care of few children, so that their spans overlap, touch and part. */
export function openCases(asAt: string): fc.Arbitrary<World> {
  const child = whole(1, 12).map((n) => `C${n}`);
  const team = maybe(fc.constantFrom("North", "South"));
  const lasting = (start: string, end: string) => days(asAt).chain((day) => record({child_id: child, team, [start]: fc.constant(day), [end]: maybe(fc.integer({min: -1, max: 250}).map((n) => addDays(day, n)), 2)}));
  return fc.record({
    referral: several(fc.tuple(lasting("referral_date", "closed_on"), maybe(fc.constantFrom("yes", "no"))).map(([r, no_further_action]) => ({...r, no_further_action})), 30).map((set) => set.map((r, i) => ({...r, referral_id: `R${i}`, source: "6"}))),
    cin_plan: several(lasting("started_on", "ended_on"), 15).map((set) => oneEach(set, "child_id", "started_on")),
    cp_plan: several(lasting("started_on", "ended_on"), 8).map((set) => oneEach(set, "child_id", "started_on")),
    care_episode: several(lasting("started_on", "ended_on"), 4).map((set) => oneEach(set, "child_id", "started_on"))
  });
}

function worlds(asAt: string): fc.Arbitrary<World> {
  const child = whole(1, 12).map((n) => `C${n}`);
  const day = days(asAt);
  const team = maybe(fc.constantFrom("North", "South"));
  const agency = fc.constantFrom("social_care", "health", "health.gp", "police");
  const domain = fc.constantFrom("overall", "decision_rationale", "plan_quality", "recording");
  const supervision = record({child_id: child, held_on: maybe(day, 8), due_on: day, actions: maybe(whole(-1, 4)), actions_done: maybe(whole(-1, 4)), team});
  const audit = record({child_id: maybe(child), audited_on: day, selection: fc.constantFrom("random", "targeted"), agency: maybe(agency), team});
  const judged = record({
    domain, grade: maybe(whole(0, 5), 5), moderated_grade: maybe(whole(0, 5)), check_id: maybe(fc.constantFrom(...Object.keys(DECISIONS), "plan_shared"), 2), check_result: maybe(fc.constantFrom("yes", "yes", "yes", "no", "not_applicable"), 5)
  });
  const action = record({audit_id: whole(0, 25).map((n) => `A${n}`), owner_agency: maybe(agency), due_on: day, closed_on: maybe(day, 2), domain: maybe(domain), team});
  const plan = record({period: fc.constantFrom("2024-03", "2024-02-10", "2023-24", "2023/24", "2023-2024", "2022/23 Q4", "2023-24 Q3", "2023 Q2", "2023-Q4", "2023", "2023-25", "spring"), agency, planned: whole(0, 6)});
  return fc.record({
    open: openCases(asAt),
    supervision: several(supervision, 90).map((set) => oneEach(oneEach(set.map((s) => (s.held_on ? s : {...s, child_id: `${s.child_id}x`})), "child_id", "held_on"), "child_id", "due_on")),
    audit: several(audit, 26).chain((all) => several(judged, 150).map((set) => oneEach(set.map((j, i) => ({audit_id: `A${i % all.length}`, ...all[i % all.length]!, ...j})), "audit_id", "domain", "check_id"))),
    audit_action: several(action, 60).map((set) => set.map((a, i) => ({...a, action_id: `X${i}`}))),
    audit_plan: several(plan, 25).map((set) => oneEach(set, "period", "agency"))
  }).map(({open, ...rest}) => ({...open, ...rest}));
}

// ---- worlds by hand: as at Tuesday 14 May 2024 ------------------------------------------------------------------------

const plan = (started_on: string, more: Row = {}): Row => ({child_id: "C1", started_on, ...more});
const supervised = (held_on: string, more: Row = {}): Row => ({child_id: "C1", held_on, ...more});
const audit = (domain: string, more: Row = {}): Row => ({audit_id: "A1", child_id: "C1", audited_on: "2024-03-12", selection: "random", agency: "social_care", domain, ...more});
const action = (due_on: string, more: Row = {}): Row => ({action_id: "X1", audit_id: "A1", due_on, ...more});
const now = {from: "2024-05", to: "2024-05"};

const examples: Family["examples"] = [
  // twenty working days before 14 May, with 6 May a holiday, is 15 April
  {says: "supervised on 16 April: the next is due on 15 May, tomorrow", records: {cin_plan: [plan("2024-01-08")], supervision: [supervised("2024-04-16")]}, want: {V1: [1, 1]}, asked: now},
  {says: "supervised on 15 April: the next is due today and has not been held", records: {cin_plan: [plan("2024-01-08")], supervision: [supervised("2024-04-15")]}, want: {V1: [0, 1]}, asked: now},
  {says: "supervised today", records: {cin_plan: [plan("2024-01-08")], supervision: [supervised("2024-01-10"), supervised("2024-05-14")]}, want: {V1: [1, 1]}, asked: now},
  {says: "supervision after the as-at date is not known", records: {cin_plan: [plan("2024-01-08")], supervision: [supervised("2024-05-15")]}, want: {V1: [0, 1]}, asked: now},
  {says: "planned and not held is no supervision", records: {cin_plan: [plan("2024-01-08")], supervision: [{child_id: "C1", due_on: "2024-05-01"}]}, want: {V1: [0, 1]}, asked: now},
  {says: "opened on 15 April, never supervised: the first falls due today", records: {cin_plan: [plan("2024-04-15")]}, want: {V1: [0, 1]}, asked: now},
  {says: "opened on 16 April: none is due yet", records: {cin_plan: [plan("2024-04-16")]}, want: {V1: [0, 0]}, asked: now},
  {says: "a plan that follows the referral is one case: its clock is not set back", records: {referral: [{referral_id: "R1", child_id: "C1", referral_date: "2024-02-01", source: "6", closed_on: "2024-05-01"}], cin_plan: [plan("2024-05-01")]}, want: {V1: [0, 1]}, asked: now},
  {says: "supervision of an earlier case does not count for this one", records: {cin_plan: [plan("2024-01-08", {ended_on: "2024-04-12"}), plan("2024-04-15")], supervision: [supervised("2024-04-12")]}, want: {V1: [0, 1]}, asked: now},
  {says: "closed: not an open case", records: {cin_plan: [plan("2024-01-08", {ended_on: "2024-05-14"})], supervision: [supervised("2024-05-01")]}, want: {V1: [0, 0]}, asked: now},
  {says: "a child without supervision and one with", records: {cp_plan: [plan("2024-01-08"), plan("2024-01-08", {child_id: "C2"})], cin_plan: [plan("2023-01-03", {child_id: "C3", ended_on: "2023-02-01"})], supervision: [supervised("2024-05-02", {child_id: "C2"})]}, want: {V1: [1, 2]}, asked: now},

  {says: "two of three actions done, at two supervisions", records: {supervision: [supervised("2024-02-01", {actions: "2", actions_done: "1"}), supervised("2024-03-04", {actions: "1", actions_done: "1"})]}, want: {V2: [2, 3]}},
  {says: "actions set on 15 April are due today; those of 16 April are not yet", records: {supervision: [supervised("2024-04-15", {actions: "3", actions_done: "0"}), supervised("2024-04-16", {actions: "4", actions_done: "0"})]}, want: {V2: [0, 3]}},
  {says: "actions of which nobody says that they were done were not", records: {supervision: [supervised("2024-02-01", {actions: "2"}), supervised("2024-02-20", {actions: "1", actions_done: "1"})]}, want: {V2: [1, 3]}},
  {says: "more done than set is a fault; none set is nothing due", records: {supervision: [supervised("2024-02-01", {actions: "1", actions_done: "2"}), supervised("2024-02-20", {actions: "0", actions_done: "0"})]}, want: {V2: [0, 0]}},

  {says: "two audits of three planned in a quarter; domains of one audit are one audit", alone: true, records: {audit_plan: [{period: "2023-24 Q4", agency: "health", planned: "3"}], audit: [audit("overall", {agency: "health.gp"}), audit("recording", {agency: "health.gp"}), audit("overall", {audit_id: "A2", agency: "health", audited_on: "2024-03-31"}), audit("overall", {audit_id: "A3", agency: "health", audited_on: "2024-04-01"})]}, want: {Q1: [2, 3]}},
  {says: "one agency's many audits do not make up for another's few", alone: true, records: {audit_plan: [{period: "2024-03", agency: "health", planned: "1"}, {period: "2024-03", agency: "police", planned: "2"}], audit: [audit("overall", {agency: "health"}), audit("overall", {audit_id: "A2", agency: "health"}), audit("overall", {audit_id: "A3", agency: "health"})]}, want: {Q1: [1, 3]}},
  {says: "a year or month that is not over is not judged; nor is what is no period", alone: true, records: {audit_plan: [{period: "2024-25", agency: "health", planned: "4"}, {period: "2024-05", agency: "health", planned: "1"}, {period: "spring term", agency: "health", planned: "2"}, {period: "2024-04", agency: "health", planned: "2"}], audit: [audit("overall", {agency: "health", audited_on: "2024-04-02"})]}, want: {Q1: [1, 2]}},

  {says: "good counts, requires improvement does not; random and targeted are apart", records: {audit: [audit("overall", {grade: "3"}), audit("overall", {audit_id: "A2", grade: "2"}), audit("overall", {audit_id: "A3", grade: "4", selection: "targeted"})]}, want: {Q2a: [1, 2], Q2b: [1, 1], Q2c: [0, 0]}},
  {says: "the moderated grade stands", records: {audit: [audit("overall", {grade: "3", moderated_grade: "2"}), audit("overall", {audit_id: "A2", grade: "2", moderated_grade: "3"}), audit("overall", {audit_id: "A3", moderated_grade: "4"})]}, want: {Q2a: [2, 3], Q3a: [0, 2]}},
  {says: "domains are not the whole, and the whole is no domain", records: {audit: [audit("recording", {grade: "2"}), audit("plan_quality", {grade: "3"}), audit("recording", {audit_id: "A2", grade: "4", selection: "targeted"})]}, want: {Q2a: [0, 0], Q2c: [1, 2], Q2d: [1, 1]}},
  {says: "a grade repeated beside every check counts once; a grade of 5 is none", records: {audit: [audit("overall", {grade: "3", check_id: "plan_shared"}), audit("overall", {grade: "3", check_id: "plan_specific"}), audit("overall", {audit_id: "A2", grade: "5"}), audit("overall", {audit_id: "A3", grade: "2", audited_on: "2024-05-15"})]}, want: {Q2a: [1, 1]}},

  {says: "three of four grades left as they were", records: {audit: ["1", "2", "3", "4"].map((grade, i) => audit("overall", {audit_id: `A${i}`, grade, moderated_grade: i === 3 ? "3" : grade}))}, want: {Q3a: [3, 4], Q3b: [3, 4, 0.875]}},
  {says: "every grade the same leaves kappa nothing to say", records: {audit: [audit("overall", {grade: "3", moderated_grade: "3"}), audit("recording", {grade: "3", moderated_grade: "3"})]}, want: {Q3a: [2, 2], Q3b: [2, 2, null]}},
  {says: "grades that cross are as far from agreement as can be", records: {audit: [audit("overall", {grade: "1", moderated_grade: "4"}), audit("overall", {audit_id: "A2", grade: "4", moderated_grade: "1"})]}, want: {Q3a: [0, 2], Q3b: [0, 2, -1]}},
  {says: "not moderated is not compared", records: {audit: [audit("overall", {grade: "3"})]}, want: {Q3a: [0, 0], Q3b: [0, 0, null]}},

  {says: "closed on the due day is in time, the day after is not, and not at all is not", records: {audit: [audit("overall")], audit_action: [action("2024-04-10", {closed_on: "2024-04-10"}), action("2024-04-10", {action_id: "X2", closed_on: "2024-04-11"}), action("2024-05-14", {action_id: "X3"})]}, want: {Q4: [1, 3]}},
  {says: "due tomorrow is not judged, though closed already", records: {audit: [audit("overall")], audit_action: [action("2024-05-15", {closed_on: "2024-05-01"})]}, want: {Q4: [0, 0]}},
  {says: "closed before the audit is a fault", records: {audit: [audit("overall")], audit_action: [action("2024-04-10", {closed_on: "2024-03-11"}), action("2024-04-10", {action_id: "X2", audit_id: "A9", closed_on: "2024-03-11"})]}, want: {Q4: [1, 1]}},

  {says: "better, the same, worse: one of three improved", records: {audit: [audit("overall", {grade: "2"}), audit("overall", {audit_id: "A2", grade: "3", audited_on: "2024-04-02"}), audit("overall", {audit_id: "A3", grade: "3", audited_on: "2024-04-03"}), audit("overall", {audit_id: "A4", grade: "1", audited_on: "2024-05-01"})]}, want: {Q5: [1, 3]}},
  {says: "each domain against itself; another child's audit is not the one before", records: {audit: [audit("recording", {grade: "2"}), audit("plan_quality", {audit_id: "A2", grade: "4", audited_on: "2024-04-02"}), audit("recording", {audit_id: "A3", child_id: "C2", grade: "4", audited_on: "2024-04-02"}), audit("recording", {audit_id: "A4", grade: "3", audited_on: "2024-04-30"})]}, want: {Q5: [1, 1]}},
  {says: "two audits of one day are not one after the other", records: {audit: [audit("overall", {grade: "1"}), audit("overall", {audit_id: "A2", grade: "4"}), audit("overall", {audit_id: "A3", grade: "2", audited_on: "2024-04-02"})]}, want: {Q5: [1, 1]}},

  {says: "right, but the reason not recorded: not agreed", records: {audit: [audit("decision_rationale", {check_id: "threshold_correct", check_result: "yes"}), audit("decision_rationale", {check_id: "rationale_recorded", check_result: "no"}), audit("decision_rationale", {audit_id: "A2", check_id: "threshold_correct", check_result: "yes"}), audit("decision_rationale", {audit_id: "A2", check_id: "consent_recorded", check_result: "not_applicable"})]}, want: {Q6a: [1, 2], Q6b: [0, 0]}},
  {says: "the threshold and the grade are two decisions; a check on a plan is none", records: {audit: [audit("decision_rationale", {check_id: "threshold_correct", check_result: "no"}), audit("risk_prioritisation", {check_id: "priority_right", check_result: "yes"}), audit("plan_quality", {check_id: "plan_shared", check_result: "no"})]}, want: {Q6a: [1, 2]}},
  {says: "nothing answered, nothing sampled; targeted is told apart", records: {audit: [audit("out_of_hours", {check_id: "out_of_hours_right", check_result: "not_applicable"}), audit("out_of_hours", {audit_id: "A2", check_id: "out_of_hours_right", check_result: "yes", selection: "targeted"})]}, want: {Q6a: [0, 0], Q6b: [1, 1]}}
];

export const family: Family = {
  name: "quality",
  oracles: {
    V1: {kind: "snapshot", percent: true, rows: V1},
    V2: {kind: "percentage", counts: "weight", rows: V2},
    Q1: {kind: "percentage", counts: "weight", rows: Q1},
    Q2a: {kind: "percentage", rows: good("random", (domain) => domain === "overall")},
    Q2b: {kind: "percentage", rows: good("targeted", (domain) => domain === "overall")},
    Q2c: {kind: "percentage", rows: good("random", (domain) => domain !== "overall")},
    Q2d: {kind: "percentage", rows: good("targeted", (domain) => domain !== "overall")},
    Q3a: {kind: "percentage", rows: moderation},
    Q3b: {kind: "agreement", rows: moderation},
    Q4: {kind: "percentage", rows: Q4},
    Q5: {kind: "percentage", rows: Q5},
    Q6a: {kind: "percentage", rows: agreed("random")},
    Q6b: {kind: "percentage", rows: agreed("targeted")}
  },
  worlds,
  examples,
  carried: {
    referral: ["referral_id", "child_id", "referral_date", "source", "no_further_action", "closed_on"],
    cin_plan: ["child_id", "started_on", "ended_on"],
    cp_plan: ["child_id", "started_on", "ended_on"],
    care_episode: ["child_id", "started_on", "ended_on"],
    supervision: ["child_id", "due_on", "held_on", "actions", "actions_done"],
    audit: ["audit_id", "child_id", "selection", "audited_on", "agency", "domain", "grade", "moderated_grade", "check_id", "check_result"],
    audit_action: ["action_id", "audit_id", "owner_agency", "due_on", "closed_on", "domain"],
    audit_plan: ["period", "agency", "planned"]
  }
};
