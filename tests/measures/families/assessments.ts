// What the measures of assessments should count, from their definitions; random worlds, and small ones with the numbers worked out by hand.
import fc from "fast-check";
import {addDays, ageAt, dateOf, workingDaysBetween} from "../oracle/days.ts";
import type {Case, Oracle, Row, World} from "../oracle/measures.ts";
import type {Family} from "../family.ts";
import type {Example} from "../world.ts";
import {acceptedOf, after, apart, assessmentsOf, childIds, clock, codesOf, completedOf, days, dueAfter, flag, maybe, numbered, row, rowsOf, seldom, several, snapshotDays, team, timeAfter, within, yes, type Assessed} from "./front-door.ts";

const teamOf = ({a, referral}: Assessed) => a.team || referral?.team;
const caseOf = (x: Assessed, on: string, met: boolean): Case => ({child: x.a.child_id!, on, met, team: teamOf(x)});
const bornOf = (world: World, child: string) => rowsOf(world, "child").find((c) => c.child_id === child)?.date_of_birth;

// ---- in time ---------------------------------------------------------------------------------------------------------

const A1b: Oracle = (world, asAt) =>
  assessmentsOf(world, asAt).flatMap((x) => {
    const due = dueAfter(x.a.started_on!, 45);
    if (x.nth === 1 || !x.referral || due > asAt) return [];
    if (x.a.authorised_on && x.a.authorised_on < x.a.started_on!) return [];
    return [caseOf(x, due, !!x.a.authorised_on && within(x.a.started_on!, x.a.authorised_on, 45))];
  });

const A2a: Oracle = (world, asAt) => completedOf(world, asAt).map((x) => caseOf(x, x.a.authorised_on!, within(x.a.started_on!, x.a.authorised_on!, 45)));
const A2b: Oracle = (world, asAt) => completedOf(world, asAt).map((x) => ({...caseOf(x, x.a.authorised_on!, true), value: workingDaysBetween(x.a.started_on!, x.a.authorised_on!)}));

const A3: Oracle = (world, asAt) => {
  const all = assessmentsOf(world, asAt).filter(({a}) => !a.authorised_on || a.authorised_on >= a.started_on!);
  return snapshotDays(world, asAt).flatMap((p) =>
    all
      .filter(({a}) => a.started_on! <= p && (!a.authorised_on || a.authorised_on > p))
      .map((x) => {
        const first = x.nth === 1 && x.referral && x.referral.referral_date! <= x.a.started_on!;
        return caseOf(x, p, dueAfter(first ? x.referral!.referral_date! : x.a.started_on!, 45) <= p);
      })
  );
};

// ---- seen, and what was found ------------------------------------------------------------------------------------------

const born = (world: World, asAt: string) => completedOf(world, asAt).filter(({a}) => (bornOf(world, a.child_id!) || "0000") <= a.authorised_on!);
const A6a: Oracle = (world, asAt) =>
  born(world, asAt).map((x) => caseOf(x, x.a.authorised_on!, x.a.child_seen ? yes(x.a.child_seen) : yes(x.a.seen_alone) || (!!x.a.child_seen_on && x.a.child_seen_on <= x.a.authorised_on!)));
const A6b: Oracle = (world, asAt) => born(world, asAt).map((x) => caseOf(x, x.a.authorised_on!, yes(x.a.seen_alone)));

const A7: Oracle = (world, asAt) => completedOf(world, asAt).map((x) => caseOf(x, x.a.authorised_on!, codesOf(x.a.factors).some((f) => f !== "21")));
const factor = (...wanted: string[]): Oracle => (world, asAt) =>
  completedOf(world, asAt)
    .filter(({a}) => codesOf(a.factors).length > 0)
    .map((x) => caseOf(x, x.a.authorised_on!, codesOf(x.a.factors).some((f) => wanted.includes(f))));

// ---- what should follow --------------------------------------------------------------------------------------------------

const A9: Oracle = (world, asAt) => {
  const plans = assessmentsOf(world, asAt).flatMap(({a}) => (a.safety_plan_at && dateOf(a.safety_plan_at) <= asAt ? [{child: a.child_id, on: dateOf(a.safety_plan_at)}] : []));
  const asked = [
    ...rowsOf(world, "section_47").map((r) => ({r, on: r.started_on!})),
    ...rowsOf(world, "contact").filter((r) => (r.rag_final || r.rag_initial) === "red").map((r) => ({r, on: dateOf(r.received_at!)}))
  ];
  return asked
    .filter(({on}) => dueAfter(on, 1) <= asAt)
    .map(({r, on}) => ({child: r.child_id!, on: dueAfter(on, 1), met: plans.some((p) => p.child === r.child_id && p.on >= on && within(on, p.on, 1)), team: r.team}));
};

/** Whom a child lives with on a day: by household; by family id only where the child is in no household at all. */
function siblingsOn(world: World, child: string, day: string): string[] {
  const stays = rowsOf(world, "household");
  const there = (r: Row) => (!r.from_on || r.from_on <= day) && (!r.to_on || r.to_on > day);
  const family = rowsOf(world, "child").find((c) => c.child_id === child)?.family_id;
  const with_ = stays.some((r) => r.child_id === child)
    ? stays.filter((r) => there(r) && stays.some((own) => own.child_id === child && own.household_id === r.household_id && there(own))).map((r) => r.child_id!)
    : rowsOf(world, "child").filter((c) => family && c.family_id === family).map((c) => c.child_id!);
  return [...new Set(with_)].filter((c) => c !== child);
}

const minorsWith = (world: World, child: string, day: string) =>
  siblingsOn(world, child, day).filter((s) => {
    const one = rowsOf(world, "child").find((c) => c.child_id === s);
    return one?.date_of_birth && one.date_of_birth <= day && ageAt(one.date_of_birth, day) < 18 && !(one.date_of_death && one.date_of_death <= day);
  });

const A10: Oracle = (world, asAt) => {
  const spans = [...acceptedOf(world).map((r) => ({child: r.child_id!, from: r.referral_date!, to: r.closed_on})), ...rowsOf(world, "cin_plan").map((r) => ({child: r.child_id!, from: r.started_on!, to: r.ended_on}))].filter(
    (s) => s.from <= asAt && (!s.to || s.to > s.from)
  );
  const referred = acceptedOf(world).filter((r) => r.referral_date! <= asAt).map((r) => ({r, siblings: minorsWith(world, r.child_id!, r.referral_date!)})).filter((x) => x.siblings.length > 0);
  const opened = (s: string, day: string) => spans.some((x) => x.child === s && (!x.to || x.to > day) && (x.from <= day || within(day, x.from, 5)));
  /** Whether an earlier (or, on one day, a lower-numbered) sibling's row stands for this child. */
  const standsFor = (e: (typeof referred)[number], x: (typeof referred)[number]) => {
    const [first, day] = [e.r.referral_date!, x.r.referral_date!];
    return x.siblings.includes(e.r.child_id!) && ((first === day && e.r.child_id! < x.r.child_id!) || (first < day && within(first, day, 5)));
  };
  return referred.flatMap((x) => {
    const {r, siblings} = x;
    const day = r.referral_date!;
    if (referred.some((e) => standsFor(e, x)) || dueAfter(day, 5) > asAt) return [];
    const told = [x, ...referred.filter((later) => standsFor(x, later))];
    const reason = assessmentsOf(world, asAt).some(({a, referral}) => a.siblings_reason && told.some((t) => a.child_id === t.r.child_id && referral === t.r));
    return [{child: r.child_id!, on: dueAfter(day, 5), met: reason || siblings.every((s) => opened(s, day)), team: r.team}];
  });
};

const EXPLOITATION = ["11A", "12A", "13A", "24A"];
const ISSUES = ["child_sexual_exploitation", "child_criminal_exploitation", "gangs", "trafficking"];
const TOOLS = ["exploitation", "cse_risk_assessment", "cce_risk_assessment"];

const A11: Oracle = (world, asAt) => {
  const old = (child: string, day: string) => {
    const dob = bornOf(world, child);
    return !dob || ageAt(dob, day) >= 10;
  };
  const found: {child: string; on: string; from: string; team: string | undefined}[] = [
    ...rowsOf(world, "missing_episode").filter((r) => r.kind === "exploitation" || old(r.child_id!, dateOf(r.started_at!))).map((r) => ({child: r.child_id!, on: dateOf(r.started_at!), from: dateOf(r.started_at!), team: r.team})),
    ...completedOf(world, asAt).filter(({a}) => codesOf(a.factors).some((f) => EXPLOITATION.includes(f))).map((x) => ({child: x.a.child_id!, on: x.a.authorised_on!, from: x.a.started_on!, team: teamOf(x)})),
    ...[...rowsOf(world, "contact"), ...rowsOf(world, "out_of_hours_contact")].filter((r) => codesOf(r.issue).some((i) => ISSUES.includes(i))).map((r) => ({child: r.child_id!, on: dateOf(r.received_at!), from: dateOf(r.received_at!), team: r.team})),
    ...rowsOf(world, "screening").filter((r) => TOOLS.includes(r.tool!) && r.indicator_at).map((r) => ({child: r.child_id!, on: dateOf(r.indicator_at!), from: dateOf(r.indicator_at!), team: r.team}))
  ];
  const screened = rowsOf(world, "screening").filter((r) => TOOLS.includes(r.tool!) && r.completed_at && r.level && dateOf(r.completed_at) <= asAt);
  const daysOf = [...new Set(found.map((f) => `${f.child} ${f.on}`))].map((key) => found.filter((f) => `${f.child} ${f.on}` === key));
  return daysOf.flatMap((same) => {
    const {child, on} = same[0]!;
    const due = dueAfter(on, 5);
    if (due > asAt) return [];
    const from = same.map((f) => f.from).sort()[0]!;
    const met = screened.some((s) => s.child_id === child && dateOf(s.completed_at!) >= from && within(on, dateOf(s.completed_at!), 5));
    return [{child, on: due, met, team: same.flatMap((f) => f.team ?? []).sort()[0]}];
  });
};

const A12: Oracle = (world, asAt) =>
  completedOf(world, asAt)
    .filter(({a}) => codesOf(a.factors).includes("16A"))
    .map((x) => {
      const from = x.referral && x.referral.referral_date! < x.a.started_on! ? x.referral.referral_date! : x.a.started_on!;
      const used = rowsOf(world, "screening").some((s) => s.child_id === x.a.child_id && ["graded_care_profile", "neglect_toolkit"].includes(s.tool!) && s.completed_at && dateOf(s.completed_at) >= from && dateOf(s.completed_at) <= x.a.authorised_on!);
      return caseOf(x, x.a.authorised_on!, used);
    });

// ---- random worlds -------------------------------------------------------------------------------------------------------

function worlds(asAt: string): fc.Arbitrary<World> {
  const id = childIds(20);
  const day = days(asAt);
  const source = fc.constantFrom("6", "2A", "3A");
  const issue = maybe(fc.constantFrom("neglect", "gangs", "neglect;child_sexual_exploitation", "domestic_abuse"), 1);
  const rag = maybe(fc.constantFrom("red", "amber", "green"));
  const children = fc.tuple(...Array.from({length: 20}, (_, i) => row({child_id: fc.constant(`C${String(i + 1).padStart(3, "0")}`), date_of_birth: maybe(fc.oneof(day, fc.integer({min: 2002, max: 2023}).map((y) => `${y}-0${1 + (i % 9)}-15`)), 6), family_id: maybe(fc.constantFrom("F1", "F2", "F3", "F4", "F5")), date_of_death: seldom(day)})));
  const household = fc.tuple(id, fc.constantFrom("H1", "H2", "H3"), maybe(day, 1)).chain(([child_id, household_id, from]) => row({child_id: fc.constant(child_id), household_id: fc.constant(household_id), from_on: fc.constant(from), to_on: maybe(from ? after(from, 500) : day, 1)}));
  const referral = day.chain((d) => row({child_id: id, referral_date: fc.constant(d), source, team, no_further_action: flag, closed_on: maybe(after(d, 200), 1)}));
  const plan = day.chain((d) => row({child_id: id, started_on: fc.constant(d), ended_on: maybe(after(d, 200), 2)}));
  const factors = maybe(fc.subarray(["16A", "4A", "4B", "3B", "3C", "15A", "11A", "21", "20", "something else"], {minLength: 0, maxLength: 5}).map((f) => f.join(";")), 6);
  const assessment = (refs: Row[]) =>
    fc.tuple(fc.constantFrom(...refs), fc.integer({min: -3, max: 60})).chain(([r, n]) => {
      const start = addDays(r.referral_date!, n);
      return row({
        child_id: fc.constant(r.child_id), referral_id: maybe(fc.constant(r.referral_id), 1), started_on: fc.constant(start), authorised_on: maybe(after(start, 90), 4), team,
        child_seen: flag, child_seen_on: maybe(after(start, 60), 1), seen_alone: flag, factors, safety_plan_at: maybe(timeAfter(r.referral_date!, 8), 1), siblings_reason: seldom(fc.constantFrom("already_open", "refused"))
      });
    });
  const contact = day.chain((d) => row({child_id: id, received_at: clock.map((t) => `${d} ${t}`), source, team, rag_initial: rag, rag_final: rag, issue}));
  const outOfHours = day.chain((d) => row({child_id: id, received_at: clock.map((t) => `${d} ${t}`), source, team, issue}));
  const enquiry = row({child_id: id, started_on: day, team});
  const missing = day.chain((d) => row({child_id: id, started_at: clock.map((t) => `${d} ${t}`), kind: maybe(fc.constantFrom("missing", "away", "exploitation")), team}));
  const tool = fc.constantFrom("exploitation", "cse_risk_assessment", "graded_care_profile", "neglect_toolkit", "pre_birth");
  const screening = fc.tuple(id, tool, day).chain(([child_id, t, d]) => row({child_id: fc.constant(child_id), tool: fc.constant(t), indicator_at: maybe(clock.map((c) => `${d} ${c}`), 1), completed_at: maybe(timeAfter(d, 14), 5), level: maybe(fc.constantFrom("none", "low", "high"), 5), team}));
  /** Screenings soon after what asks for one, so that some are in time. */
  const answer = (asked: Row[]) => fc.constantFrom(...asked).chain((r) => row({child_id: fc.constant(r.child_id), tool, completed_at: timeAfter(dateOf(r.started_at ?? r.received_at!), 9), level: maybe(fc.constantFrom("none", "medium"), 5)}));

  /** Assessments with a safety plan soon after what asks for one. */
  const planned = (asked: Row[]) =>
    fc.constantFrom(...asked).chain((r) => {
      const on = dateOf(r.started_on ?? r.received_at!);
      return row({child_id: fc.constant(r.child_id), started_on: after(on, 0, -20), authorised_on: maybe(after(on, 40, 0)), safety_plan_at: timeAfter(on, 4), factors});
    });

  return fc.tuple(children, several(household, 14), several(referral, 60), several(plan, 10), several(contact, 60), several(outOfHours, 20), several(enquiry, 25), several(missing, 40), several(screening, 30)).chain(
    ([child, homes, referrals, plans, contacts, nights, enquiries, episodes, screenings]) => {
      const refs = numbered(referrals, "referral_id", "R");
      const red = [...enquiries, ...contacts.filter((c) => c.rag_final === "red")];
      return fc.tuple(several(assessment(refs), 80), several(planned(red), 40), several(answer([...episodes, ...contacts]), 40)).map(([assessments, plansFor, answers]): World => ({
        child,
        household: homes,
        referral: refs,
        cin_plan: apart(plans, ["child_id", "started_on"]),
        assessment: numbered([...assessments, ...plansFor], "assessment_id", "A"),
        contact: numbered(contacts, "contact_id", "K"),
        out_of_hours_contact: numbered(nights, "contact_id", "E"),
        section_47: apart(enquiries, ["child_id", "started_on"]),
        missing_episode: apart(episodes, ["child_id", "started_at"]),
        screening: apart([...screenings, ...answers], ["child_id", "tool", "completed_at"], ["child_id", "tool", "indicator_at", "completed_at"]).filter((s, i, all) => s.completed_at || !all.some((o, j) => j !== i && o.child_id === s.child_id && o.tool === s.tool && o.indicator_at === s.indicator_at))
      }));
    }
  );
}

// ---- by hand, as at Tuesday 14 May 2024 ------------------------------------------------------------------------------------

const referral = (referral_date: string, rest: Row = {}): Row => ({referral_id: `R${referral_date}`, child_id: "C1", source: "6", referral_date, ...rest});
const assessment = (started_on: string, rest: Row = {}): Row => ({assessment_id: `A${started_on}`, child_id: "C1", started_on, ...rest});
const child = (child_id: string, date_of_birth: string | undefined, rest: Row = {}): Row => ({child_id, date_of_birth, family_id: "F", ...rest});
const plan = (child_id: string, started_on: string, ended_on?: string): Row => ({child_id, started_on, ended_on});
const enquiry = (started_on: string, rest: Row = {}): Row => ({child_id: "C1", started_on, ...rest});
const contact = (received_at: string, rest: Row = {}): Row => ({contact_id: "K1", child_id: "C1", source: "6", received_at, ...rest});
const missing = (started_at: string, rest: Row = {}): Row => ({child_id: "C1", started_at, kind: "missing", ...rest});
const screening = (completed_at: string | undefined, rest: Row = {}): Row => ({child_id: "C1", tool: "exploitation", completed_at, level: "low", ...rest});

/** Forty-five working days from 7 March end on 14 May: two days at Easter and one in May are no working days. */
const first = {referral: [referral("2024-01-08")], assessment: [assessment("2024-01-09", {authorised_on: "2024-02-01"})]};
const again = (started_on: string, rest: Row = {}): World => ({...first, assessment: [...first.assessment, assessment(started_on, rest)]});
const finished = (rest: Row, born = "2015-01-01"): World => ({child: [child("C1", born)], assessment: [assessment("2024-04-02", {authorised_on: "2024-05-01", ...rest})]});
const pair = (records: World, other: Row = child("C2", "2018-01-01")): World => ({child: [child("C1", "2015-01-01"), other], ...records});
const neglected = (tools: Row[], rest: Row = {}): World => ({referral: [referral("2024-03-25")], assessment: [assessment("2024-04-02", {authorised_on: "2024-05-01", factors: "16A", ...rest})], screening: tools});

const TIME: Example[] = [
  {says: "a reassessment runs from its own start: begun on 7 March it is due on 14 May", records: again("2024-03-07", {authorised_on: "2024-05-14"}), want: {A1b: [1, 1], A2a: [2, 2]}},
  {says: "a reassessment not finished on its due day, which is today", records: again("2024-03-07"), want: {A1b: [0, 1], A2a: [1, 1], A3: [1, 1]}},
  {says: "begun on 8 March it is due tomorrow: not judged, and open without being late", records: again("2024-03-08"), want: {A1b: [0, 0], A3: [0, 1]}},
  {says: "due on Friday 10 May and authorised on the Saturday: still forty-five working days", records: again("2024-03-05", {authorised_on: "2024-05-11"}), want: {A1b: [1, 1], A2a: [2, 2], A3: [0, 0]}},
  {says: "and on the Monday forty-six", records: again("2024-03-05", {authorised_on: "2024-05-13"}), want: {A1b: [0, 1], A2a: [1, 2]}},
  {says: "a first assessment is no reassessment", records: first, want: {A1b: [0, 0]}},
  {says: "authorised before it began is a fault", records: again("2024-02-05", {authorised_on: "2024-02-04"}), want: {A1b: [0, 0], A2a: [1, 1], A3: [0, 0]}},
  {says: "an assessment without a referral is nobody's reassessment, but open and late by its own start", records: {referral: [referral("2024-05-01", {child_id: "C2"})], assessment: [assessment("2024-03-07")]}, want: {A1b: [0, 0], A3: [1, 1]}},
  {says: "finished the same day, in ten working days and, over a bank holiday, in twenty: the median is ten", records: {assessment: [assessment("2024-05-01", {authorised_on: "2024-05-01"}), assessment("2024-04-08", {child_id: "C2", authorised_on: "2024-04-22"}), assessment("2024-04-08", {child_id: "C3", authorised_on: "2024-05-07"})]}, want: {A2a: [3, 3], A2b: [3, 3, 10]}},
  {says: "of two the median lies between", records: {assessment: [assessment("2024-04-08", {child_id: "C2", authorised_on: "2024-04-22"}), assessment("2024-04-08", {child_id: "C3", authorised_on: "2024-05-07"})]}, want: {A2b: [2, 2, 15]}},
  {says: "what is not finished, or only after the as-at date, is not completed", records: {assessment: [assessment("2024-04-08"), assessment("2024-04-08", {child_id: "C2", authorised_on: "2024-05-15"})]}, want: {A2a: [0, 0], A2b: [0, 0, null], A3: [0, 2]}, asked: {from: "2024-05", to: "2024-05"}},
  {says: "DfE's clock runs from the assessment, ours from the referral: late by one and not by the other", records: {referral: [referral("2024-03-07")], assessment: [assessment("2024-03-20")]}, want: {A3: [1, 1]}},
  {says: "referred on 8 March: open, and due tomorrow", records: {referral: [referral("2024-03-08")], assessment: [assessment("2024-03-20")]}, want: {A3: [0, 1]}},
  {says: "authorised today is not open today, authorised tomorrow is", records: {referral: [referral("2024-02-05"), referral("2024-02-05", {child_id: "C2", referral_id: "R2"})], assessment: [assessment("2024-02-06", {authorised_on: "2024-05-14"}), assessment("2024-02-06", {child_id: "C2", authorised_on: "2024-05-15"})]}, want: {A3: [1, 1]}},
  {says: "at the end of March it was open and late", records: {referral: [referral("2024-01-02")], assessment: [assessment("2024-01-05", {authorised_on: "2024-04-10"})]}, want: {A3: [1, 1]}, asked: {to: "2024-03"}},
  {says: "at the end of February open and not yet late, by April over", records: {referral: [referral("2024-01-02")], assessment: [assessment("2024-01-05", {authorised_on: "2024-04-10"})]}, want: {A3: [0, 1]}, asked: {to: "2024-02"}}
];

const FOUND: Example[] = [
  {says: "seen, and seen alone", records: finished({child_seen: "yes", seen_alone: "yes"}), want: {A6a: [1, 1], A6b: [1, 1]}},
  {says: "seen and not alone", records: finished({child_seen: "yes", seen_alone: "no"}), want: {A6a: [1, 1], A6b: [0, 1]}},
  {says: "no flag: a day up to the last of the assessment says it", records: finished({child_seen_on: "2024-05-01"}), want: {A6a: [1, 1], A6b: [0, 1]}},
  {says: "a day after the assessment ended does not", records: finished({child_seen_on: "2024-05-02"}), want: {A6a: [0, 1]}},
  {says: "a flag that says no stands, whatever the day", records: finished({child_seen: "no", child_seen_on: "2024-04-10"}), want: {A6a: [0, 1]}},
  {says: "seen alone is seen", records: finished({seen_alone: "yes"}), want: {A6a: [1, 1], A6b: [1, 1]}},
  {says: "nothing recorded counts against", records: finished({}), want: {A6a: [0, 1], A6b: [0, 1], A7: [0, 1], A8a: [0, 0]}},
  {says: "a child not born by the end of the assessment is left out, one born that day is not", records: {child: [child("C1", "2024-08-01"), child("C2", "2024-05-01")], assessment: [assessment("2024-04-02", {authorised_on: "2024-05-01"}), assessment("2024-04-02", {child_id: "C2", authorised_on: "2024-05-01", child_seen: "yes"})]}, want: {A6a: [1, 1], A6b: [0, 1], A7: [0, 2]}},
  {says: "a child whose birth is not recorded counts", records: {child: [child("C1", undefined)], assessment: [assessment("2024-04-02", {authorised_on: "2024-05-01", child_seen: "yes"})]}, want: {A6a: [1, 1]}},
  {says: "not finished is not counted", records: {assessment: [assessment("2024-04-02", {child_seen: "yes", factors: "16A"})]}, want: {A6a: [0, 0], A7: [0, 0], A8a: [0, 0]}},
  {says: "neglect and a parent's mental health", records: finished({factors: "16A;4B"}), want: {A7: [1, 1], A8a: [1, 1], A8b: [1, 1], A8c: [0, 1], A8d: [0, 1], A8e: [0, 1]}},
  {says: "the child's mental health and self-harm", records: finished({factors: "4A;15A"}), want: {A8a: [0, 1], A8b: [0, 1], A8c: [1, 1], A8e: [1, 1]}},
  {says: "another person's mental health is neither", records: finished({factors: "4C"}), want: {A8b: [0, 1], A8c: [0, 1]}},
  {says: "domestic abuse of anybody in the home", records: {assessment: ["3A", "3B", "3C", "2B"].map((factors, i) => assessment("2024-04-02", {child_id: `C${i}`, authorised_on: "2024-05-01", factors}))}, want: {A8d: [3, 4]}},
  {says: "no factors identified: recorded, and nothing found", records: finished({factors: "21"}), want: {A7: [0, 1], A8a: [0, 1]}},
  {says: "with another factor beside it something is found", records: finished({factors: "21;20"}), want: {A7: [1, 1]}},
  {says: "a word that no list knows is something found", records: finished({factors: "county lines"}), want: {A7: [1, 1], A8a: [0, 1]}}
];

const PLANS: Example[] = [
  {says: "section 47 on a Friday: a plan on Monday is in time", records: {section_47: [enquiry("2024-05-10")], assessment: [assessment("2024-05-08", {safety_plan_at: "2024-05-13 17:00"})]}, want: {A9: [1, 1]}},
  {says: "on the Saturday too, on Tuesday no more", records: {section_47: [enquiry("2024-05-10"), enquiry("2024-05-10", {child_id: "C2"})], assessment: [assessment("2024-05-08", {safety_plan_at: "2024-05-11 10:00"}), assessment("2024-05-08", {child_id: "C2", safety_plan_at: "2024-05-14 09:00"})]}, want: {A9: [1, 2]}},
  {says: "Friday before a bank holiday is due on Tuesday", records: {section_47: [enquiry("2024-05-03")], assessment: [assessment("2024-05-02", {safety_plan_at: "2024-05-07 09:00"})]}, want: {A9: [1, 1]}},
  {says: "yesterday's is due today, today's is not due", records: {section_47: [enquiry("2024-05-13"), enquiry("2024-05-14", {child_id: "C2"})], assessment: [assessment("2024-05-02")]}, want: {A9: [0, 1]}},
  {says: "a plan made before it does not answer it", records: {section_47: [enquiry("2024-05-08")], assessment: [assessment("2024-05-02", {safety_plan_at: "2024-05-07 09:00"})]}, want: {A9: [0, 1]}},
  {says: "an earlier plan does not hide a later one in time", records: {section_47: [enquiry("2024-05-08")], assessment: [assessment("2024-05-02", {safety_plan_at: "2024-05-07 09:00"}), assessment("2024-05-08", {safety_plan_at: "2024-05-09 09:00"})]}, want: {A9: [1, 1]}},
  {says: "made after the as-at date it is not made yet", records: {section_47: [enquiry("2024-05-13")], assessment: [assessment("2024-05-02", {safety_plan_at: "2024-05-15 09:00"})]}, want: {A9: [0, 1]}},
  {says: "another child's plan is no plan", records: {section_47: [enquiry("2024-05-08")], assessment: [assessment("2024-05-08", {child_id: "C2", safety_plan_at: "2024-05-08 09:00"})]}, want: {A9: [0, 1]}},
  {says: "a contact raised to red counts, one lowered from red does not", records: {contact: [contact("2024-05-08 10:00", {rag_initial: "amber", rag_final: "red"}), contact("2024-05-08 10:00", {contact_id: "K2", rag_initial: "red", rag_final: "green"}), contact("2024-05-08 10:00", {contact_id: "K3", rag_initial: "red"})], assessment: [assessment("2024-05-08", {safety_plan_at: "2024-05-09 10:00"})]}, want: {A9: [2, 2]}}
];

const SIBLINGS: Example[] = [
  {says: "referred on 7 May, a brother not opened by 14 May", records: pair({referral: [referral("2024-05-07")]}), want: {A10: [0, 1]}},
  {says: "opened on the fifth working day: the family counts once, and well", records: pair({referral: [referral("2024-05-07"), referral("2024-05-14", {child_id: "C2", referral_id: "R2"})]}), want: {A10: [1, 1]}},
  {says: "due on Monday 22 April, opened on Tuesday: late, and then a family of its own whose other child is open", records: pair({referral: [referral("2024-04-15"), referral("2024-04-23", {child_id: "C2", referral_id: "R2"})]}), want: {A10: [1, 2]}},
  {says: "due on a Friday, opened on the Saturday", records: pair({referral: [referral("2024-04-12"), referral("2024-04-20", {child_id: "C2", referral_id: "R2"})]}), want: {A10: [1, 1]}},
  {says: "both on one day are one family", records: pair({referral: [referral("2024-04-15"), referral("2024-04-15", {child_id: "C2", referral_id: "R2"})]}), want: {A10: [1, 1]}},
  {says: "8 May is due tomorrow", records: pair({referral: [referral("2024-05-08")]}), want: {A10: [0, 0]}},
  {says: "a sister open already, on a plan", records: pair({referral: [referral("2024-04-15")], cin_plan: [plan("C2", "2023-06-01")]}), want: {A10: [1, 1]}},
  {says: "a plan that ends on the day of the referral is over, one that ends the day after is not", records: {child: [child("C1", "2015-01-01"), child("C2", "2018-01-01"), child("C3", "2015-01-01", {family_id: "G"}), child("C4", "2018-01-01", {family_id: "G"})], referral: [referral("2024-04-15"), referral("2024-04-15", {child_id: "C3", referral_id: "R3"})], cin_plan: [plan("C2", "2023-06-01", "2024-04-15"), plan("C4", "2023-06-01", "2024-04-16")]}, want: {A10: [1, 2]}},
  {says: "one of two not opened", records: {child: [child("C1", "2015-01-01"), child("C2", "2018-01-01"), child("C3", "2020-01-01")], referral: [referral("2024-04-15"), referral("2024-04-16", {child_id: "C2", referral_id: "R2"})]}, want: {A10: [0, 1]}},
  {says: "a reason in the assessment of this referral", records: pair({referral: [referral("2024-04-15")], assessment: [assessment("2024-04-16", {siblings_reason: "not_affected"})]}), want: {A10: [1, 1]}},
  {says: "a reason in the assessment of a sister referred with him, about a brother not opened", records: {child: [child("C1", "2015-01-01"), child("C2", "2018-01-01"), child("C3", "2020-01-01")], referral: [referral("2024-04-15"), referral("2024-04-16", {child_id: "C2", referral_id: "R2"})], assessment: [assessment("2024-04-17", {child_id: "C2", referral_id: "R2", siblings_reason: "not_affected"})]}, want: {A10: [1, 1]}},
  {says: "a reason given years ago does not do", records: pair({referral: [referral("2022-03-01", {closed_on: "2022-06-01", no_further_action: "yes"}), referral("2024-04-15")], assessment: [assessment("2022-03-02", {siblings_reason: "not_affected"})]}), want: {A10: [0, 1]}},
  {says: "a brother's referral without further action does not open him", records: pair({referral: [referral("2024-04-15"), referral("2024-04-16", {child_id: "C2", referral_id: "R2", no_further_action: "yes"})]}), want: {A10: [0, 1]}},
  {says: "a referral without further action is no family assessed", records: pair({referral: [referral("2024-04-15", {no_further_action: "yes"})]}), want: {A10: [0, 0]}},
  {says: "eighteen that day is no child, eighteen the day after is", records: {child: [child("C1", "2015-01-01"), child("C2", "2006-04-15"), child("C3", "2015-01-01", {family_id: "G"}), child("C4", "2006-04-16", {family_id: "G"})], referral: [referral("2024-04-15"), referral("2024-04-15", {child_id: "C3", referral_id: "R3"})]}, want: {A10: [0, 1]}},
  {says: "not born yet, no longer alive, or born nobody knows when: not a known child under 18", records: {child: [child("C1", "2015-01-01"), child("C2", "2024-04-16"), child("C3", "2012-01-01", {date_of_death: "2020-01-01"}), child("C4", undefined)], referral: [referral("2024-04-15")]}, want: {A10: [0, 0]}},
  {says: "only who lived in the household that day", records: {child: [child("C1", "2015-01-01"), child("C2", "2018-01-01"), child("C3", "2019-01-01", {family_id: "G"})], household: [{household_id: "H", child_id: "C1"}, {household_id: "H", child_id: "C3", to_on: "2024-04-15"}], referral: [referral("2024-04-15")]}, want: {A10: [0, 0]}},
  {says: "a household tells it where families differ", records: {child: [child("C1", "2015-01-01"), child("C3", "2019-01-01", {family_id: "G"})], household: [{household_id: "H", child_id: "C1"}, {household_id: "H", child_id: "C3", from_on: "2024-04-15"}], referral: [referral("2024-04-15")]}, want: {A10: [0, 1]}}
];

const SCREENED: Example[] = [
  {says: "missing on 7 May at twelve, screened on the fifth working day", records: {child: [child("C1", "2012-01-01")], missing_episode: [missing("2024-05-07 22:00")], screening: [screening("2024-05-14 10:00")]}, want: {A11: [1, 1]}},
  {says: "screened the same day", records: {child: [child("C1", "2012-01-01")], missing_episode: [missing("2024-05-07 22:00")], screening: [screening("2024-05-07 23:00")]}, want: {A11: [1, 1]}},
  {says: "without a level it says nothing", records: {child: [child("C1", "2012-01-01")], missing_episode: [missing("2024-05-07 22:00")], screening: [screening("2024-05-13 10:00", {level: undefined})]}, want: {A11: [0, 1]}},
  {says: "a level of none is a level", records: {child: [child("C1", "2012-01-01")], missing_episode: [missing("2024-05-07 22:00")], screening: [screening("2024-05-13 10:00", {level: "none"})]}, want: {A11: [1, 1]}},
  {says: "screened before, or only tomorrow", records: {child: [child("C1", "2012-01-01"), child("C2", "2012-01-01")], missing_episode: [missing("2024-05-07 22:00"), missing("2024-05-07 22:00", {child_id: "C2"})], screening: [screening("2024-05-06 10:00"), screening("2024-05-15 10:00", {child_id: "C2"})]}, want: {A11: [0, 2]}},
  {says: "missing on 8 May is due tomorrow", records: {child: [child("C1", "2012-01-01")], missing_episode: [missing("2024-05-08 22:00")], screening: [screening("2024-05-09 10:00")]}, want: {A11: [0, 0]}},
  {says: "going missing is a sign from ten on: the day before the birthday it is not", records: {child: [child("C1", "2014-05-02"), child("C2", "2014-05-01")], missing_episode: [missing("2024-05-01 22:00"), missing("2024-05-01 22:00", {child_id: "C2"})]}, want: {A11: [0, 1]}},
  {says: "a clear sign counts at any age", records: {child: [child("C1", "2017-01-01"), child("C2", "2017-01-01"), child("C3", "2017-01-01")], missing_episode: [missing("2024-05-01 22:00", {kind: "exploitation"})], contact: [contact("2024-05-01 10:00", {child_id: "C2", issue: "neglect;gangs"})], out_of_hours_contact: [{contact_id: "E1", child_id: "C3", source: "6", received_at: "2024-05-01 22:00", issue: "trafficking"}]}, want: {A11: [0, 3]}},
  {says: "an age that is not known is no reason not to screen", records: {missing_episode: [missing("2024-05-01 22:00")]}, want: {A11: [0, 1]}},
  {says: "a factor counts from the end of the assessment, and a screening within the assessment answers it", records: {child: [child("C1", "2012-01-01")], assessment: [assessment("2024-03-25", {authorised_on: "2024-05-01", factors: "24A;16A"})], screening: [screening("2024-04-10 10:00")]}, want: {A11: [1, 1]}},
  {says: "one before the assessment does not", records: {child: [child("C1", "2012-01-01")], assessment: [assessment("2024-03-25", {authorised_on: "2024-05-01", factors: "24A"})], screening: [screening("2024-03-22 10:00")]}, want: {A11: [0, 1]}},
  {says: "two signs on one day ask for one screening, on two days for two", records: {child: [child("C1", "2012-01-01")], missing_episode: [missing("2024-05-01 02:00"), missing("2024-05-01 22:00"), missing("2024-05-02 22:00")], contact: [contact("2024-05-01 10:00", {issue: "gangs"})], screening: [screening("2024-05-01 23:00")]}, want: {A11: [1, 2]}},
  {says: "the day in the screening log is a sign too", records: {screening: [screening("2024-05-02 10:00", {indicator_at: "2024-04-25"}), screening("2024-05-03 10:00", {child_id: "C2", indicator_at: "2024-04-25"})]}, want: {A11: [1, 2]}},
  {says: "a neglect tool is no exploitation screening", records: {child: [child("C1", "2012-01-01")], missing_episode: [missing("2024-05-01 22:00")], screening: [screening("2024-05-02 10:00", {tool: "graded_care_profile"})]}, want: {A11: [0, 1]}},
  {says: "an issue that is not exploitation asks for nothing", records: {contact: [contact("2024-05-01 10:00", {issue: "neglect"})]}, want: {A11: [0, 0]}}
];

const NEGLECT: Example[] = [
  {says: "a neglect tool finished on the last day of the assessment", records: neglected([screening("2024-05-01 16:00", {tool: "graded_care_profile"})]), want: {A12: [1, 1]}},
  {says: "the day after is too late, another tool is none", records: neglected([screening("2024-05-02 09:00", {tool: "neglect_toolkit"}), screening("2024-04-20 09:00", {tool: "exploitation"})]), want: {A12: [0, 1]}},
  {says: "between the referral and the start it was used for this; the day before the referral not", records: {...neglected([screening("2024-03-25 09:00", {tool: "neglect_toolkit"}), screening("2024-03-24 09:00", {child_id: "C2", tool: "neglect_toolkit"})]), referral: [referral("2024-03-25"), referral("2024-03-25", {child_id: "C2", referral_id: "R2"})], assessment: ["C1", "C2"].map((child_id) => assessment("2024-04-02", {child_id, authorised_on: "2024-05-01", factors: "16A"}))}, want: {A12: [1, 2]}},
  {says: "without neglect no tool is asked for", records: neglected([], {factors: "4A"}), want: {A12: [0, 0]}},
  {says: "neglect and no tool at all", records: neglected([]), want: {A12: [0, 1]}}
];

export const family: Family = {
  name: "assessments",
  oracles: {
    A1b: {kind: "percentage", rows: A1b},
    A2a: {kind: "percentage", rows: A2a},
    A2b: {kind: "duration", rows: A2b},
    A3: {kind: "snapshot", rows: A3},
    A6a: {kind: "percentage", rows: A6a},
    A6b: {kind: "percentage", rows: A6b},
    A7: {kind: "percentage", rows: A7},
    A8a: {kind: "percentage", rows: factor("16A")},
    A8b: {kind: "percentage", rows: factor("4B")},
    A8c: {kind: "percentage", rows: factor("4A")},
    A8d: {kind: "percentage", rows: factor("3A", "3B", "3C")},
    A8e: {kind: "percentage", rows: factor("15A")},
    A9: {kind: "percentage", rows: A9},
    A10: {kind: "percentage", rows: A10},
    A11: {kind: "percentage", rows: A11},
    A12: {kind: "percentage", rows: A12}
  },
  worlds,
  examples: [...TIME, ...FOUND, ...PLANS, ...SIBLINGS, ...SCREENED, ...NEGLECT],
  carried: {
    child: ["child_id", "date_of_birth", "family_id", "date_of_death"],
    household: ["household_id", "child_id", "from_on", "to_on"],
    referral: ["referral_id", "child_id", "referral_date", "source", "no_further_action", "closed_on"],
    assessment: ["assessment_id", "referral_id", "child_id", "started_on", "authorised_on", "child_seen", "child_seen_on", "seen_alone", "factors", "safety_plan_at", "siblings_reason"],
    contact: ["contact_id", "child_id", "received_at", "source", "rag_initial", "rag_final", "issue"],
    out_of_hours_contact: ["contact_id", "child_id", "received_at", "source", "issue"],
    section_47: ["child_id", "started_on"],
    missing_episode: ["child_id", "started_at", "kind"],
    screening: ["child_id", "tool", "indicator_at", "completed_at", "level"]
  }
};
