// The cohort funnel and the flows up and down: random worlds against a slow count from the definitions, and worlds worked out by hand.
import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {cohortFunnel, flows, FUNNEL_STEPS, readContacts, readMoves, type Cohort, type Flow, type FunnelStep} from "../../etl/transform/cohort.ts";
import {addDays, addMonths, addWorkingDays, ageAt, dateOf, dayNumber, isoDay, monthOf} from "../measures/oracle/days.ts";
import type {Row, World} from "../measures/oracle/measures.ts";
import {buildWorld} from "../measures/world.ts";

const rows = (world: World, set: string) => world[set] ?? [];
const known = (cell: string | undefined, asAt: string) => (cell && dateOf(cell) <= asAt ? dateOf(cell) : null);

async function told(world: World, asAt: string): Promise<{funnel: Cohort[]; moves: Flow[]}> {
  const built = await buildWorld(world, asAt, {measures: []});
  try {
    return {funnel: cohortFunnel(await readContacts(built.db)), moves: flows(await readMoves(built.db))};
  } finally {
    built.close();
  }
}

// ---- the slow count: the funnel --------------------------------------------------------------------------------------

/** Referrals of a child in order; of two on a day the first. */
function referralsOf(world: World, child: string, asAt = "9999"): Row[] {
  const own = rows(world, "referral").filter((r) => r.child_id === child && r.referral_date! <= asAt).toSorted((a, b) => (a.referral_id! < b.referral_id! ? -1 : 1));
  return own.filter((r, i) => own.findIndex((o) => o.referral_date === r.referral_date) === i).toSorted((a, b) => (a.referral_date! < b.referral_date! ? -1 : 1));
}

const caseId = (contact: Row) => `${contact.contact_id}/${contact.child_id}`;
const decidedOtherwise = (contact: Row, asAt: string) => contact.outcome === "nfa" && known(contact.decision_at || contact.received_at, asAt) !== null;
const namedBy = (contact: Row, world: World, asAt: string) =>
  rows(world, "referral").filter((r) => contact.referral_id && r.child_id === contact.child_id && r.referral_id === contact.referral_id && r.referral_date! <= asAt).map((r) => r.referral_date!).sort()[0];

function referralOf(contact: Row, world: World, asAt: string): Row | undefined {
  const contacts = rows(world, "contact").filter((c) => c.child_id === contact.child_id && dateOf(c.received_at!) <= asAt);
  const own = referralsOf(world, contact.child_id!, asAt);
  const named = namedBy(contact, world, asAt);
  if (named) return own.find((r) => r.referral_date === named);
  const free = contacts.filter((c) => !decidedOtherwise(c, asAt) && !namedBy(c, world, asAt));
  const taken = contacts.map((c) => namedBy(c, world, asAt));
  return own.find((r) => {
    if (taken.includes(r.referral_date)) return false;
    const [nearest] = free.filter((c) => dateOf(c.received_at!) <= r.referral_date!).toSorted((a, b) => (`${a.received_at} ${caseId(a)}` < `${b.received_at} ${caseId(b)}` ? 1 : -1));
    return nearest === contact && r.referral_date! <= addDays(dateOf(contact.received_at!), 7);
  });
}

type Answer = Record<FunnelStep, {reached: boolean; tooRecent: boolean}>;

function followed(contact: Row, world: World, asAt: string): {referral: Row | undefined; steps: Answer} {
  const child = contact.child_id!;
  const referral = referralOf(contact, world, asAt);
  const from = referral?.referral_date ?? "9999";
  const until = referralsOf(world, child).find((r) => r.referral_date! > from)?.referral_date ?? "9999-12-31";
  /** Records of the child within the case and known, oldest first. */
  const within = (set: string, when: (r: Row) => string | undefined) =>
    rows(world, set).filter((r) => r.child_id === child && when(r) && dateOf(when(r)!) >= from && dateOf(when(r)!) < until && dateOf(when(r)!) <= asAt).toSorted((a, b) => (when(a)! < when(b)! ? -1 : 1));
  const assessments = rows(world, "assessment").filter((a) => {
    if (a.child_id !== child || a.started_on! > asAt) return false;
    const named = rows(world, "referral").filter((r) => a.referral_id && r.child_id === child && r.referral_id === a.referral_id).map((r) => r.referral_date!).sort()[0];
    return from === (named ?? referralsOf(world, child).filter((r) => r.referral_date! <= a.started_on!).at(-1)?.referral_date);
  });
  const strategy = within("strategy_meeting", (r) => r.held_at).at(-1);
  const enquiry = within("section_47", (r) => r.started_on).at(-1);
  const conferences = [
    ...within("conference", (r) => (r.type === "initial" ? r.held_on : undefined)).map((r) => ({on: r.held_on!, refused: r.outcome_plan === "no"})),
    ...rows(world, "section_47").filter((r) => r.child_id === child && r.icpc_held_on && r.icpc_held_on >= from && r.icpc_held_on < until && r.icpc_held_on <= asAt).map((r) => ({on: r.icpc_held_on!, refused: false}))
  ];
  const lastHeld = conferences.map((c) => c.on).sort().at(-1);
  const plans = within("cp_plan", (r) => r.started_on);

  const open = !!referral && referral.no_further_action !== "yes" && !(referral.closed_on && referral.closed_on <= asAt);
  const runs = (due: string) => due > asAt;
  const steps = {} as Answer;
  const say = (step: FunnelStep, reached: boolean, may: boolean) => (steps[step] = {reached, tooRecent: !reached && may});
  say("referral", !!referral, !decidedOtherwise(contact, asAt) && runs(addDays(dateOf(contact.received_at!), 7)));
  const assessing = open && runs(addWorkingDays(from, 45));
  say("assessment", assessments.length > 0, steps.referral.tooRecent || assessing);
  say("strategy_meeting", !!strategy, steps.referral.tooRecent || assessing);
  say("section_47", !!enquiry, steps.strategy_meeting.tooRecent || (!!strategy && runs(addWorkingDays(dateOf(strategy.held_at!), 1))));
  const enquiring = !!enquiry && enquiry.icpc_not_required !== "yes" && !(enquiry.ended_on && enquiry.ended_on <= asAt) && runs(addWorkingDays(enquiry.started_on!, 15));
  say("icpc", conferences.length > 0, steps.section_47.tooRecent || enquiring);
  const planning = !!lastHeld && conferences.some((c) => c.on === lastHeld && !c.refused) && runs(addWorkingDays(lastHeld, 1));
  say("plan", plans.length > 0, steps.icpc.tooRecent || planning);
  return {referral, steps};
}

const band = (age: number) => (age < 0 ? "unborn" : age === 0 ? "under 1" : age <= 4 ? "1 to 4" : age <= 9 ? "5 to 9" : age <= 15 ? "10 to 15" : "16 and over");

function groupsOf(world: World, childId: string, day: string, need: string | undefined): [string, string][] {
  const child = rows(world, "child").find((c) => c.child_id === childId) ?? {};
  const codes = child.disability?.split(";") ?? [];
  return [
    ["all", ""], ["sex", child.sex ?? "not recorded"], ["ethnicity", child.ethnicity ?? "not recorded"], ["need", need ?? "not recorded"],
    ["disability", codes.length === 0 ? "not recorded" : codes.some((c) => c !== "NONE") ? "disabled" : "not disabled"],
    ["age_band", child.date_of_birth ? band(ageAt(child.date_of_birth, day)) : "not recorded"]
  ];
}

/** Lines "key: numbers", so that two counts can be laid side by side. */
function tally<T extends string>(counted: [key: string, add: Record<T, number>][]): string[] {
  const found = new Map<string, Record<T, number>>();
  for (const [key, add] of counted) {
    const sum = found.get(key) ?? ({} as Record<T, number>);
    for (const [k, n] of Object.entries(add) as [T, number][]) sum[k] = (sum[k] ?? 0) + n;
    found.set(key, sum);
  }
  return [...found].map(([key, sum]) => `${key}: ${JSON.stringify(Object.entries(sum).sort())}`).sort();
}

function slowFunnel(world: World, asAt: string): string[] {
  return tally(
    rows(world, "contact").filter((c) => dateOf(c.received_at!) <= asAt).flatMap((contact) => {
      const day = dateOf(contact.received_at!);
      const {referral, steps} = followed(contact, world, asAt);
      const numbers = Object.fromEntries([["contacts", 1], ...FUNNEL_STEPS.flatMap((s) => [[s, Number(steps[s].reached)], [`${s} later`, Number(steps[s].tooRecent)]])]) as Record<string, number>;
      return [...groupsOf(world, contact.child_id!, day, referral?.primary_need), ["case_status", contact.case_open === "yes" ? "open" : "new"]].map((g): [string, Record<string, number>] => [[monthOf(day), ...g].join(" "), numbers]);
    })
  );
}

const funnelLines = (funnel: Cohort[]) =>
  funnel.map((r) => `${r.month} ${r.dimension} ${r.group}: ${JSON.stringify(Object.entries({contacts: r.contacts, ...Object.fromEntries(FUNNEL_STEPS.flatMap((s) => [[s, r.steps[s].reached], [`${s} later`, r.steps[s].tooRecent]]))}).sort())}`).sort();

// ---- the slow count: the flows ---------------------------------------------------------------------------------------

const STATUSES = ["looked_after", "cp_plan", "cin_plan", "open_assessment", "closed"];

function slowFlows(world: World, asAt: string): string[] {
  const children = [...new Set(["referral", "cin_plan", "cp_plan", "care_episode"].flatMap((set) => rows(world, set).map((r) => r.child_id!)))];
  return tally(
    children.flatMap((child) => {
      const own = (set: string, status: string) => rows(world, set).filter((r) => r.child_id === child).map((r) => ({from: r.started_on!, to: r.ended_on, status}));
      const parts = [
        ...referralsOf(world, child).filter((r) => r.no_further_action !== "yes").map((r) => ({from: r.referral_date!, to: r.closed_on, status: "open_assessment"})),
        ...own("cin_plan", "cin_plan"), ...own("cp_plan", "cp_plan"), ...own("care_episode", "looked_after")
      ].filter((p) => p.from <= asAt && !(p.to && p.to <= p.from));
      const statusOn = (day: string) => STATUSES.find((s) => s === "closed" || parts.some((p) => p.status === s && p.from <= day && (!p.to || p.to > day)))!;
      const moves: {day: string; from: string; to: string}[] = [];
      const first = parts.map((p) => p.from).sort()[0];
      if (!first) return [];
      for (let n = dayNumber(first), was = "closed"; n <= dayNumber(asAt); n++) {
        const now = statusOn(isoDay(n));
        if (now !== was) moves.push({day: isoDay(n), from: was, to: now});
        was = now;
      }
      return moves.flatMap(({day, from, to}) => {
        const down = STATUSES.indexOf(to) > STATUSES.indexOf(from);
        const until = addMonths(day, 12);
        const back = moves.find((m) => m.day > day && STATUSES.indexOf(m.to) <= STATUSES.indexOf(from))?.day;
        const numbers = {moves: 1, again: Number(down && !!back && back <= until), later: Number(down && !back && until > asAt)};
        const need = referralsOf(world, child).filter((r) => r.referral_date! <= day).at(-1)?.primary_need;
        return groupsOf(world, child, day, need).map((g): [string, typeof numbers] => [[monthOf(day), ...g, from, to, down ? "down" : "up"].join(" "), numbers]);
      });
    })
  );
}

const flowLines = (moves: Flow[]) => moves.map((r) => `${r.month} ${r.dimension} ${r.group} ${r.from} ${r.to} ${r.direction}: ${JSON.stringify([["again", r.again ?? 0], ["later", r.tooRecent ?? 0], ["moves", r.moves]])}`).sort();

// ---- random worlds ---------------------------------------------------------------------------------------------------

function worlds(asAt: string): fc.Arbitrary<World> {
  const maybe = <T>(one: fc.Arbitrary<T>, weight = 3) => fc.option(one, {nil: undefined, freq: weight});
  const row = (fields: Record<string, fc.Arbitrary<string | undefined>>) => fc.record(fields) as fc.Arbitrary<Row>;
  const child = fc.integer({min: 1, max: 10}).map((n) => `C${n}`);
  // most within a few months, so that limits run and records meet
  const day = fc.oneof(fc.integer({min: -90, max: 4}), fc.integer({min: -600, max: 0})).map((n) => addDays(asAt, n));
  const flag = maybe(fc.constantFrom("yes", "no"));
  const need = maybe(fc.constantFrom("N1", "N4"));
  const at = day.chain((d) => fc.constantFrom("00:00", "09:00", "16:00").map((t) => `${d} ${t}`));
  const some = (n: number, one: fc.Arbitrary<Row>, ...key: string[]) => fc.array(one, {minLength: n, maxLength: n}).map((set) => set.filter((r, i) => set.findIndex((o) => key.every((k) => o[k] === r[k])) === i || key.length === 0));
  const numbered = (set: fc.Arbitrary<Row[]>, field: string) => set.map((all) => all.map((r, i) => ({...r, [field]: `${field[0]!.toUpperCase()}${i + 1}`})));
  const lasting = (status: string, n: number) => some(n, day.chain((d) => row({child_id: child, started_on: fc.constant(d), ended_on: maybe(fc.integer({min: -1, max: 200}).map((m) => addDays(d, m)), 2)})), "child_id", "started_on").map((set) => [status, set] as const);
  return fc.record({
    child: fc.tuple(...Array.from({length: 9}, (_, i) => row({child_id: fc.constant(`C${i + 1}`), date_of_birth: maybe(fc.constantFrom("2012-02-29", addDays(asAt, -300), addDays(asAt, 60), "2019-03-01")), sex: maybe(fc.constantFrom("F", "M")), ethnicity: maybe(fc.constantFrom("WBRI", "BAFR")), disability: maybe(fc.constantFrom("NONE", "AUT", "NONE;LD"))}))),
    contact: numbered(some(60, row({child_id: child, received_at: at, outcome: maybe(fc.constantFrom("referral", "nfa", "pending")), decision_at: maybe(at), case_open: fc.constantFrom("yes", "no"), referral_id: maybe(fc.integer({min: 1, max: 40}).map((n) => `R${n}`), 1)})), "contact_id"),
    referral: numbered(some(40, day.chain((d) => row({child_id: child, referral_date: fc.constant(d), source: fc.constant("6"), primary_need: need, no_further_action: flag, closed_on: maybe(fc.integer({min: 0, max: 60}).map((n) => addDays(d, n)), 2)}))), "referral_id"),
    assessment: numbered(some(25, row({child_id: child, started_on: day, referral_id: maybe(fc.integer({min: 1, max: 40}).map((n) => `R${n}`), 1)})), "assessment_id"),
    strategy_meeting: numbered(some(25, row({child_id: child, triggered_at: at, held_at: maybe(at)})), "meeting_id"),
    section_47: some(20, row({child_id: child, started_on: day, icpc_not_required: flag, ended_on: maybe(day, 1), icpc_held_on: maybe(day, 1)}), "child_id", "started_on"),
    conference: numbered(some(20, row({child_id: child, type: fc.constantFrom("initial", "initial", "review"), held_on: maybe(day, 6), outcome_plan: flag})), "conference_id"),
    plans: fc.tuple(lasting("cin_plan", 15), lasting("cp_plan", 12), lasting("care_episode", 5))
  }).map(({plans, ...rest}) => ({...rest, ...Object.fromEntries(plans)}));
}

const SEED = Number(process.env.FC_SEED ?? 20240514);

describe.each(["2024-05-14", "2024-02-29", "2023-12-27"])("a random world as at %s", (asAt) => {
  const [world] = fc.sample(worlds(asAt), {numRuns: 1, seed: SEED + dayNumber(asAt)}) as [World];

  test("every month and group of the funnel and of the flows is what the slow count says", async () => {
    const {funnel, moves} = await told(world, asAt);
    expect(funnelLines(funnel)).toEqual(slowFunnel(world, asAt));
    expect(flowLines(moves)).toEqual(slowFlows(world, asAt));
    for (const of of funnel) for (const s of FUNNEL_STEPS) expect(of.steps[s].reached + of.steps[s].tooRecent).toBeLessThanOrEqual(of.contacts);
  });
});

// ---- worlds by hand: as at Tuesday 14 May 2024 ------------------------------------------------------------------------

const AS_AT = "2024-05-14";
const contact = (received_at: string, more: Row = {}): Row => ({contact_id: "K1", child_id: "C1", received_at, ...more});
const referral = (referral_date: string, more: Row = {}): Row => ({referral_id: "R1", child_id: "C1", referral_date, source: "6", ...more});

/** "reached+too recent" of each step, for everybody, over all months. */
async function funnelOf(world: World): Promise<string> {
  const {funnel} = await told(world, AS_AT);
  const whole = funnel.filter((r) => r.dimension === "all");
  return [whole.reduce((n, r) => n + r.contacts, 0), ...FUNNEL_STEPS.map((s) => whole.reduce((n, r) => n + r.steps[s].reached, 0) + "+" + whole.reduce((n, r) => n + r.steps[s].tooRecent, 0))].join(" ");
}

describe("the funnel", () => {
  test("all the way from contact to plan", async () => {
    const world = {
      contact: [contact("2024-01-08 10:00", {outcome: "referral", decision_at: "2024-01-08 15:00"})], referral: [referral("2024-01-09")],
      assessment: [{assessment_id: "S1", child_id: "C1", started_on: "2024-01-10"}], strategy_meeting: [{meeting_id: "M1", child_id: "C1", held_at: "2024-01-11 10:00"}],
      section_47: [{child_id: "C1", started_on: "2024-01-11"}], conference: [{conference_id: "F1", child_id: "C1", type: "initial", held_on: "2024-01-30"}], cp_plan: [{child_id: "C1", started_on: "2024-01-30"}]
    };
    expect(await funnelOf(world)).toBe("1 1+0 1+0 1+0 1+0 1+0 1+0");
  });
  test("a week after the contact is still its referral, the day after is not", async () => {
    expect(await funnelOf({contact: [contact("2024-01-08 10:00")], referral: [referral("2024-01-15", {closed_on: "2024-02-01"})]})).toBe("1 1+0 0+0 0+0 0+0 0+0 0+0");
    expect(await funnelOf({contact: [contact("2024-01-08 10:00")], referral: [referral("2024-01-16", {closed_on: "2024-02-01"})]})).toBe("1 0+0 0+0 0+0 0+0 0+0 0+0");
  });
  test("a contact received a week ago to the day has had its time; a day later it has not", async () => {
    expect(await funnelOf({contact: [contact("2024-05-07 10:00")]})).toBe("1 0+0 0+0 0+0 0+0 0+0 0+0");
    expect(await funnelOf({contact: [contact("2024-05-08 10:00")]})).toBe("1 0+1 0+1 0+1 0+1 0+1 0+1");
  });
  test("closed with no further action is settled, however recent", async () => {
    expect(await funnelOf({contact: [contact("2024-05-13 10:00", {outcome: "nfa", decision_at: "2024-05-13 12:00"})]})).toBe("1 0+0 0+0 0+0 0+0 0+0 0+0");
  });
  test("of two contacts the one that was not closed otherwise led to the referral; of two such, the later", async () => {
    const two = [contact("2024-01-08 10:00", {outcome: "referral", decision_at: "2024-01-08 11:00"}), contact("2024-01-09 10:00", {contact_id: "K2", outcome: "nfa", decision_at: "2024-01-09 11:00"})];
    const {funnel} = await told({contact: two, referral: [referral("2024-01-10", {closed_on: "2024-02-01"})], child: [{child_id: "C1"}]}, AS_AT);
    expect(funnel.filter((r) => r.dimension === "all").map((r) => [r.contacts, r.steps.referral.reached])).toEqual([[2, 1]]);
    expect(await funnelOf({contact: [contact("2024-01-08 10:00"), contact("2024-01-09 10:00", {contact_id: "K2"})], referral: [referral("2024-01-10", {closed_on: "2024-02-01"})]})).toBe("2 1+0 0+0 0+0 0+0 0+0 0+0");
  });
  test("two contacts that name one referral both led to it", async () => {
    expect(await funnelOf({contact: [contact("2024-01-08 10:00", {referral_id: "R1"}), contact("2023-12-01 10:00", {contact_id: "K2", referral_id: "R1", outcome: "nfa"})], referral: [referral("2024-01-10", {closed_on: "2024-02-01"})]})).toBe("2 2+0 0+0 0+0 0+0 0+0 0+0");
  });
  test("assessment due today has had its time, due tomorrow it has not: 7 and 8 March", async () => {
    expect(await funnelOf({contact: [contact("2024-03-07 10:00")], referral: [referral("2024-03-07")]})).toBe("1 1+0 0+0 0+0 0+0 0+0 0+0");
    expect(await funnelOf({contact: [contact("2024-03-08 10:00")], referral: [referral("2024-03-08")]})).toBe("1 1+0 0+1 0+1 0+1 0+1 0+1");
    expect(await funnelOf({contact: [contact("2024-03-08 10:00")], referral: [referral("2024-03-08", {closed_on: "2024-05-14"})]})).toBe("1 1+0 0+0 0+0 0+0 0+0 0+0");
  });
  test("an enquiry under way may still lead to a conference; one that needs none will not", async () => {
    const begun = (more: Row): World => ({contact: [contact("2024-02-01 10:00")], referral: [referral("2024-02-01")], section_47: [{child_id: "C1", started_on: "2024-05-01", ...more}]});
    expect(await funnelOf(begun({}))).toBe("1 1+0 0+0 0+0 1+0 0+1 0+1");
    expect(await funnelOf(begun({icpc_not_required: "yes"}))).toBe("1 1+0 0+0 0+0 1+0 0+0 0+0");
  });
  test("what happens after the child's next referral belongs to that one", async () => {
    const world = {contact: [contact("2023-10-02 10:00")], referral: [referral("2023-10-02", {closed_on: "2023-11-01"}), referral("2023-12-04", {referral_id: "R2", closed_on: "2024-01-15"})], section_47: [{child_id: "C1", started_on: "2023-12-04"}]};
    expect(await funnelOf(world)).toBe("1 1+0 0+0 0+0 0+0 0+0 0+0");
  });
});

describe("the flows", () => {
  const moves = async (world: World) => (await told(world, AS_AT)).moves.filter((r) => r.dimension === "all").map((r) => `${r.month} ${r.from} ${r.to} ${r.moves} ${r.again} ${r.tooRecent}`);
  test("into child protection, down to child in need, and up again within the year", async () => {
    const world = {cin_plan: [{child_id: "C1", started_on: "2022-09-01", ended_on: "2024-05-14"}], cp_plan: [{child_id: "C1", started_on: "2022-10-03", ended_on: "2023-01-16"}, {child_id: "C1", started_on: "2024-01-16"}]};
    expect(await moves(world)).toEqual(["2022-09 closed cin_plan 1 null null", "2022-10 cin_plan cp_plan 1 null null", "2023-01 cp_plan cin_plan 1 1 0", "2024-01 cin_plan cp_plan 1 null null"]);
  });
  test("a day more than the year is not again; closed a year ago tomorrow is too recent to tell, today is not", async () => {
    const plan = (child_id: string, started_on: string, ended_on?: string): Row => ({child_id, started_on, ended_on});
    const world = {cp_plan: [plan("C1", "2022-10-03", "2023-01-16"), plan("C1", "2024-01-17"), plan("C2", "2023-02-01", "2023-05-15"), plan("C3", "2023-02-01", "2023-05-14")]};
    expect(await moves(world)).toEqual(["2022-10 closed cp_plan 1 null null", "2023-01 cp_plan closed 1 0 0", "2023-02 closed cp_plan 2 null null", "2023-05 cp_plan closed 2 0 1", "2024-01 closed cp_plan 1 null null"]);
  });
  test("back as a child in need is not back where a child protection plan had been", async () => {
    const world = {cp_plan: [{child_id: "C1", started_on: "2022-10-03", ended_on: "2023-01-16"}], cin_plan: [{child_id: "C1", started_on: "2023-03-01"}]};
    expect((await moves(world))[1]).toBe("2023-01 cp_plan closed 1 0 0");
  });
});
