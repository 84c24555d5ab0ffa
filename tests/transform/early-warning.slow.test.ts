// What falls due next on open cases: random worlds against a slow list from the definitions, and worlds worked out by hand.
import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {dueCounts, dueSoon, STEPS, type DueCase, type DueOptions, type Step} from "../../etl/transform/early-warning.ts";
import {readMeasures} from "../../etl/transform/measures.ts";
import {addDays, addMonths, addWorkingDays, dateOf, dayNumber, instant, wallTime, workingDaysBetween} from "../measures/oracle/days.ts";
import type {Row, World} from "../measures/oracle/measures.ts";
import {buildWorld, type Built} from "../measures/world.ts";

const rows = (world: World, set: string) => world[set] ?? [];

async function inWorld<T>(world: World, asAt: string, ask: (built: Built) => Promise<T>): Promise<T> {
  const built = await buildWorld(world, asAt, {measures: []});
  try {
    return await ask(built);
  } finally {
    built.close();
  }
}

// ---- the slow list ---------------------------------------------------------------------------------------------------

interface Due {
  step: Step;
  child: string;
  since: string;
  due: string;
}

const latest = (days: (string | undefined)[]) => days.flatMap((d) => d ?? []).sort().at(-1);

function slowList(world: World, asAt: string): Due[] {
  const known = (cell: string | undefined) => (cell && dateOf(cell) <= asAt ? dateOf(cell) : undefined);
  const of = (set: string, child: string) => rows(world, set).filter((r) => r.child_id === child);
  const running = (from: string, to: string | undefined) => from <= asAt && !(to && to <= asAt);
  const seen = (child: string) => of("visit", child).flatMap((v) => (v.child_seen === "yes" && v.visited_on! <= asAt ? [v.visited_on!] : []));
  const listed: Due[] = [];
  const add = (step: Step, child: string, since: string, due: string) => void listed.push({step, child, since, due});

  for (const c of rows(world, "contact").filter((r) => dateOf(r.received_at!) <= asAt)) {
    const [day, child] = [dateOf(c.received_at!), c.child_id!];
    if (!known(c.screened_at || c.decision_at)) add("contact_decision", child, day, addWorkingDays(day, 1));
    if (c.rag_initial && !known(c.decision_at)) {
      const due = {red: dateOf(wallTime(instant(c.received_at!) + 240)), amber: addWorkingDays(day, 1), green: addWorkingDays(day, 3)}[c.rag_initial]!;
      add("graded_decision", child, day, due);
    }
  }

  const children = [...new Set(Object.values(world).flat().flatMap((r) => r.child_id ?? []))];
  for (const child of children) {
    const byId = of("referral", child).toSorted((a, b) => (a.referral_id! < b.referral_id! ? -1 : 1));
    const referrals = byId.filter((r, i) => byId.findIndex((o) => o.referral_date === r.referral_date) === i).toSorted((a, b) => (a.referral_date! < b.referral_date! ? -1 : 1));
    const referralOf = (a: Row) => byId.find((r) => r.referral_id === a.referral_id)?.referral_date ?? referrals.filter((r) => r.referral_date! <= a.started_on!).at(-1)?.referral_date;
    for (const [i, r] of referrals.entries()) {
      const day = r.referral_date!;
      if (r.no_further_action === "yes" || !running(day, r.closed_on)) continue;
      const assessments = of("assessment", child).filter((a) => a.started_on! <= asAt && referralOf(a) === day);
      const next = referrals[i + 1]?.referral_date ?? "9999";
      const sight = assessments.some((a) => known(a.child_seen_on)) || seen(child).some((v) => v >= day && v < next);
      if (!sight) add("child_seen", child, day, addWorkingDays(day, 5));
      const [first] = assessments.toSorted((a, b) => (`${a.started_on} ${a.authorised_on ?? "9999"}` < `${b.started_on} ${b.authorised_on ?? "9999"}` ? -1 : 1));
      if (!first || !known(first.authorised_on)) add("assessment", child, day, addWorkingDays(day, 45));
    }
    const enquiries = of("section_47", child).filter((s) => s.started_on! <= asAt).toSorted((a, b) => (a.started_on! < b.started_on! ? -1 : 1));
    for (const [i, s] of enquiries.entries()) {
      const day = s.started_on!;
      const next = enquiries[i + 1]?.started_on ?? "9999";
      if (s.icpc_not_required === "yes" || (s.outcome && s.outcome !== "icpc")) continue;
      if (known(s.ended_on) && s.outcome !== "icpc" && s.icpc_not_required !== "no") continue;
      if (known(s.icpc_held_on) || of("conference", child).some((c) => c.type === "initial" && known(c.held_on) && c.held_on! >= day && c.held_on! < next)) continue;
      const held = (which: (m: Row) => boolean) => rows(world, "strategy_meeting").flatMap((m) => (which(m) ? (known(m.held_at) ?? []) : [])).sort()[0];
      const began = held((m) => m.meeting_id === s.strategy_meeting_id) ?? held((m) => m.child_id === child && m.section_47_started_on === day) ?? day;
      add("initial_conference", child, began, addWorkingDays(began, 15));
    }
    for (const p of of("cin_plan", child)) {
      const day = p.started_on!;
      if (!running(day, p.ended_on)) continue;
      const met = latest(of("cin_meeting", child).map((m) => known(m.held_on)));
      const settled = addWorkingDays(day, 11);
      add("cin_meeting", child, met && met > day ? met : day, met && addDays(met, 84) > settled ? addDays(met, 84) : settled);
      const sight = latest(seen(child).filter((v) => v > day)) ?? day;
      add("cin_visit", child, sight, addWorkingDays(sight, 20));
    }
    for (const p of of("cp_plan", child)) {
      const day = p.started_on!;
      if (!running(day, p.ended_on) || (p.ended_on && p.ended_on < day)) continue;
      const sight = latest(seen(child).filter((v) => v > day)) ?? day;
      add("cp_visit", child, sight, addWorkingDays(sight, 10));
      const reviewed = latest(of("conference", child).map((c) => (c.type === "review" && c.held_on && c.held_on > day ? known(c.held_on) : undefined)));
      add("cp_review", child, reviewed ?? day, reviewed ? addMonths(reviewed, 6) : addMonths(day, 3));
    }
    // since when the child has been open without a break
    const parts = [
      ...referrals.filter((r) => r.no_further_action !== "yes").map((r) => ({from: r.referral_date!, to: r.closed_on})),
      ...["cin_plan", "cp_plan", "care_episode"].flatMap((set) => of(set, child)).map((p) => ({from: p.started_on!, to: p.ended_on}))
    ].filter((p) => !(p.to && p.to <= p.from));
    let since = parts.filter((p) => running(p.from, p.to)).map((p) => p.from).sort()[0];
    if (!since) continue;
    for (let earlier; (earlier = parts.find((p) => p.from < since! && (!p.to || p.to >= since!))); ) since = earlier.from;
    const held = latest(of("supervision", child).map((s) => (s.held_on && s.held_on >= since! ? known(s.held_on) : undefined))) ?? since;
    add("supervision", child, held, addWorkingDays(held, 20));
  }
  return listed;
}

const line = (d: {step: string; child: string; since: string; due: string; left: number; overdue: boolean}) => `${d.due} ${d.step} ${d.child} since ${d.since}, ${d.left} left${d.overdue ? ", overdue" : ""}`;
const wanted = (world: World, asAt: string) => slowList(world, asAt).map((d) => line({...d, left: workingDaysBetween(asAt, d.due), overdue: d.due <= asAt})).sort();
const got = (list: DueCase[]) => list.map((d) => line({step: d.step, child: d.child_id, since: d.since_on, due: d.due_on, left: d.days_left, overdue: d.overdue})).sort();

// ---- random worlds ---------------------------------------------------------------------------------------------------

function worlds(asAt: string): fc.Arbitrary<World> {
  const maybe = <T>(one: fc.Arbitrary<T>, weight = 3) => fc.option(one, {nil: undefined, freq: weight});
  const row = (fields: Record<string, fc.Arbitrary<string | undefined>>) => fc.record(fields) as fc.Arbitrary<Row>;
  const child = fc.integer({min: 1, max: 12}).map((n) => `C${n}`);
  const day = fc.oneof(fc.integer({min: -30, max: 4}), fc.integer({min: -130, max: 0})).map((n) => addDays(asAt, n));
  const at = day.chain((d) => fc.constantFrom("00:00", "09:00", "21:30", "23:59").map((t) => `${d} ${t}`));
  const flag = maybe(fc.constantFrom("yes", "no"));
  const some = (n: number, one: fc.Arbitrary<Row>, ...key: string[]) => fc.array(one, {minLength: n, maxLength: n}).map((set) => (key.length ? set.filter((r, i) => set.findIndex((o) => key.every((k) => o[k] === r[k])) === i) : set));
  const numbered = (set: fc.Arbitrary<Row[]>, field: string) => set.map((all) => all.map((r, i) => ({...r, [field]: `${field[0]!.toUpperCase()}${i + 1}`})));
  const lasting = (n: number) => some(n, day.chain((d) => row({child_id: child, started_on: fc.constant(d), ended_on: maybe(fc.integer({min: -1, max: 120}).map((m) => addDays(d, m)), 1)})), "child_id", "started_on");
  return fc.record({
    contact: numbered(some(30, row({child_id: child, received_at: at, rag_initial: maybe(fc.constantFrom("red", "amber", "green")), screened_at: maybe(at, 1), decision_at: maybe(at, 1)})), "contact_id"),
    referral: numbered(some(25, day.chain((d) => row({child_id: child, referral_date: fc.constant(d), source: fc.constant("6"), no_further_action: flag, closed_on: maybe(fc.integer({min: 0, max: 60}).map((n) => addDays(d, n)), 1)}))), "referral_id"),
    assessment: numbered(some(15, row({child_id: child, started_on: day, referral_id: maybe(fc.integer({min: 1, max: 25}).map((n) => `R${n}`), 1), child_seen_on: maybe(day, 1), authorised_on: maybe(day, 1)})), "assessment_id"),
    visit: some(25, row({child_id: child, visited_on: day, type: fc.constant("cin"), child_seen: flag}), "child_id", "visited_on"),
    strategy_meeting: numbered(some(12, row({child_id: child, triggered_at: at, held_at: maybe(at), section_47_started_on: maybe(day)})), "meeting_id"),
    section_47: some(15, row({child_id: child, started_on: day, strategy_meeting_id: maybe(fc.integer({min: 1, max: 12}).map((n) => `M${n}`)), icpc_not_required: flag, icpc_held_on: maybe(day, 1), ended_on: maybe(day, 1), outcome: maybe(fc.constantFrom("icpc", "nfa"), 1)}), "child_id", "started_on"),
    conference: numbered(some(15, row({child_id: child, type: fc.constantFrom("initial", "review"), held_on: maybe(day, 6)})), "conference_id"),
    cin_plan: lasting(15),
    cin_meeting: numbered(some(12, row({child_id: child, type: maybe(fc.constantFrom("planning", "review")), held_on: maybe(day, 6), due_on: day})), "meeting_id"),
    cp_plan: lasting(10),
    care_episode: lasting(3),
    supervision: some(20, row({child_id: child, held_on: day}), "child_id", "held_on")
  });
}

const SEED = Number(process.env.FC_SEED ?? 20240514);

describe.each(["2024-05-14", "2024-03-28", "2023-12-27"])("a random world as at %s", (asAt) => {
  const [world] = fc.sample(worlds(asAt), {numRuns: 1, seed: SEED + dayNumber(asAt)}) as [World];

  test("every limit that runs is listed with its clock, its due day and the days left, and counted once", async () => {
    await inWorld(world, asAt, async ({db}) => {
      const all = await dueSoon(db, {within: 400, overdue: true});
      expect(got(all)).toEqual(wanted(world, asAt));
      expect(all.map((d) => d.due_on)).toEqual(all.map((d) => d.due_on).toSorted());
      for (const options of [{}, {within: 1}, {within: 25, overdue: true}, {steps: ["cin_visit", "supervision"]}] satisfies DueOptions[]) {
        const {due} = await dueCounts(db, options);
        const list = await dueSoon(db, options);
        expect(due.reduce((n, d) => n + d.cases, 0)).toBe(list.length);
        for (const d of due) expect(list.filter((c) => c.step === d.step && c.team === d.team && (d.due_on === null ? c.overdue : !c.overdue && c.due_on === d.due_on)).length).toBe(d.cases);
      }
    });
  });
});

// ---- worlds by hand: as at Tuesday 14 May 2024 ------------------------------------------------------------------------

const AS_AT = "2024-05-14";
const plan = (started_on: string, more: Row = {}): Row => ({child_id: "C1", started_on, ...more});
const referral = (referral_date: string, more: Row = {}): Row => ({referral_id: "R1", child_id: "C1", referral_date, source: "6", ...more});
/** One world, asked several times. */
const lists = (world: World, ...asked: DueOptions[]) =>
  inWorld(world, AS_AT, async ({db}) => {
    const answers: string[][] = [];
    for (const options of asked) answers.push((await dueSoon(db, options)).map((d) => `${d.due_on} ${d.step} ${d.days_left}${d.overdue ? " overdue" : ""}`));
    return answers;
  });
const list = async (world: World, options: DueOptions) => (await lists(world, options))[0]!;

describe("by hand", () => {
  test("what is due today has failed at the close of the day; what is due tomorrow is tomorrow's breach", async () => {
    const steps: Step[] = ["child_seen"];
    expect(await lists({referral: [referral("2024-05-07")]}, {steps, overdue: true}, {steps})).toEqual([["2024-05-14 child_seen 0 overdue"], []]);
    expect(await list({referral: [referral("2024-05-08")]}, {steps, within: 1})).toEqual(["2024-05-15 child_seen 1"]);
    expect(await list({referral: [referral("2024-05-08")], visit: [{child_id: "C1", visited_on: "2024-05-10", type: "cin", child_seen: "yes"}]}, {steps})).toEqual([]);
  });
  test("within so many working days: a bank holiday and weekends are no days", async () => {
    // the tenth working day after 14 May 2024, over the holiday of 27 May, is 29 May
    const world = {referral: [referral("2024-03-21"), referral("2024-03-22", {referral_id: "R2", child_id: "C2"})]};
    const [ten, eleven] = await lists(world, {steps: ["assessment"]}, {steps: ["assessment"], within: 11});
    expect(ten).toEqual(["2024-05-29 assessment 10"]);
    expect(eleven).toEqual(["2024-05-29 assessment 10", "2024-05-30 assessment 11"]);
  });
  test("twelve weeks from the last meeting, whatever the weekday; a new plan has eleven working days", async () => {
    const meeting = (held_on: string): Row => ({meeting_id: "M1", child_id: "C1", type: "review", held_on});
    expect(await list({cin_plan: [plan("2023-10-02")], cin_meeting: [meeting("2024-02-24")]}, {steps: ["cin_meeting"]})).toEqual(["2024-05-18 cin_meeting 3"]);
    expect(await list({cin_plan: [plan("2024-05-01")]}, {steps: ["cin_meeting"]})).toEqual(["2024-05-17 cin_meeting 3"]);
  });
  test("a visit missed stays overdue until there is one", async () => {
    expect(await list({cp_plan: [plan("2024-02-01")]}, {steps: ["cp_visit"], overdue: true})).toEqual(["2024-02-15 cp_visit -60 overdue"]);
    expect(await list({cp_plan: [plan("2024-02-01")], visit: [{child_id: "C1", visited_on: "2024-05-13", type: "cp", child_seen: "yes"}]}, {steps: ["cp_visit"]})).toEqual(["2024-05-28 cp_visit 9"]);
  });
  test("first review three months from the plan's start, the next six months on; the last day of a short month", async () => {
    expect(await list({cp_plan: [plan("2024-02-20")]}, {steps: ["cp_review"]})).toEqual(["2024-05-20 cp_review 4"]);
    expect(await list({cp_plan: [plan("2023-08-01")], conference: [{conference_id: "F1", child_id: "C1", type: "review", held_on: "2023-11-30"}]}, {steps: ["cp_review"], within: 20})).toEqual(["2024-05-30 cp_review 11"]);
  });
  test("an enquiry that ended in a conference still waits for it; one that ended in nothing does not", async () => {
    const enquiry = (child_id: string, more: Row): Row => ({child_id, started_on: "2024-05-01", ended_on: "2024-05-10", ...more});
    const world = {section_47: [enquiry("C1", {outcome: "icpc"}), enquiry("C2", {outcome: "nfa"}), enquiry("C3", {}), enquiry("C4", {ended_on: undefined}), enquiry("C5", {outcome: "icpc"})], conference: [{conference_id: "F1", child_id: "C5", type: "initial", held_on: "2024-05-13"}]};
    expect(await inWorld(world, AS_AT, async ({db}) => (await dueSoon(db, {steps: ["initial_conference"]})).map((d) => `${d.child_id} ${d.due_on}`))).toEqual(["C1 2024-05-23", "C4 2024-05-23"]);
  });
  test("a closed case has no limit that runs", async () => {
    const world = {referral: [referral("2024-05-08", {closed_on: "2024-05-14"})], cin_plan: [plan("2024-01-08", {ended_on: "2024-05-10"})], cp_plan: [plan("2024-01-08", {ended_on: "2024-05-10"})]};
    expect(await list(world, {within: 400, overdue: true})).toEqual([]);
  });
  test("by team, without ids; what is overdue is under no day", async () => {
    const world = {referral: [referral("2024-05-08", {team: "North"}), referral("2024-05-08", {referral_id: "R2", child_id: "C2", team: "North"}), referral("2024-05-01", {referral_id: "R3", child_id: "C3", team: "South"})]};
    const {due} = await inWorld(world, AS_AT, ({db}) => dueCounts(db, {steps: ["child_seen"], overdue: true}));
    expect(due).toEqual([
      {step: "child_seen", measure: "A4a", team: "South", due_on: null, days_left: null, cases: 1},
      {step: "child_seen", measure: "A4a", team: "North", due_on: "2024-05-15", days_left: 1, cases: 2}
    ]);
    expect(await inWorld(world, AS_AT, async ({db}) => (await dueSoon(db, {steps: ["child_seen"], team: "North"})).map((d) => d.child_id))).toEqual(["C1", "C2"]);
  });
  test("without visits and supervision on record nobody is told that every one is due", async () => {
    const world = {cin_plan: [plan("2024-04-17")], contact: [{contact_id: "K1", child_id: "C1", received_at: "2024-05-14 10:00"}]};
    const missing = {N4a: ["visit.visited_on"], V1: ["supervision.held_on"], C2: []};
    await inWorld(world, AS_AT, async ({db}) => {
      expect((await dueSoon(db, {missing, within: 2})).map((d) => d.step)).toEqual(["contact_decision"]);
      expect((await dueSoon(db, {within: 2})).map((d) => d.step)).toEqual(["contact_decision", "cin_visit", "supervision"]);
      expect((await dueCounts(db, {missing})).notRecorded).toEqual(["cin_visit", "supervision"]);
    });
  });
  test("asks for whole days", async () => {
    await inWorld({cin_plan: [plan("2024-04-17")]}, AS_AT, async ({db}) => {
      await expect(dueSoon(db, {within: 1.5})).rejects.toThrow("give a whole number of days, 0 or more");
    });
  });
  test("names measures that there are", () => {
    const known = readMeasures().map((m) => m.id);
    // child protection comes with a family of its own
    expect(Object.values(STEPS).filter((id) => !known.includes(id) && !["S7", "K1", "K2"].includes(id))).toEqual([]);
  });
});
