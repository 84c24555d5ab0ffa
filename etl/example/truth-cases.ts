// What measures of referrals and assessments must come to, from the generator's own records, apart from the pipeline: no SQL.
import {addWorkingDays, dateOf, workingDaysBetween, type Day} from "./days.ts";
import {medianTime, numberMet, percentage, type Counting, type Row, type Shown} from "./figures.ts";
import {ageOn, contactsOf, gather, siblingsKnown, within, yearlyRate} from "./truth-common.ts";
import {timesOpen} from "./truth-histories.ts";
import type {Child, Episode} from "./world.ts";

export function caseTruth(shown: Shown): Record<string, Counting> {
  return {...referrals(shown), ...assessments(shown), A9: {rows: safetyPlans(shown), sum: percentage}, A10: {rows: siblingsOpened(shown), sum: percentage}, A11: {rows: exploitation(shown), sum: percentage}};
}

/** Whether a child had a case that began by one day and had not ended by another; the day of ending is the first on which it is over. */
export function openCases(shown: Shown): (child: Child, begunBy: Day, openOn: Day) => boolean {
  const times = gather(timesOpen(shown), (t) => t.child);
  return (child, begunBy, openOn) => (times.get(child) ?? []).some((t) => t.from <= begunBy && t.to > openOn);
}

const SCHOOLS = ["2A", "2B"];
const HEALTH = ["3A", "3B", "3C", "3D", "3E", "3F"];

function referrals({known: {episodes}, written}: Shown): Record<string, Counting> {
  const from = (...sources: string[]): Counting => ({rows: episodes.map((e) => ({on: e.referredOn, child: e.child, met: sources.includes(e.source)})), sum: percentage});
  const workers = gather(written.involvements.filter((i) => i.role === "Allocated worker"), (i) => i.child);
  // the last day of a worker is still theirs
  const hasWorker = (child: Child, p: Day) => (workers.get(child) ?? []).some((w) => w.from <= p && (w.to === null || w.to >= p));
  return {
    R3: {rows: episodes.map((e) => ({on: e.referredOn, child: e.child})), sum: yearlyRate, everyMonth: true},
    R6a: from(...SCHOOLS),
    R6b: from(...HEALTH),
    R6c: from("6"),
    R7b: {at: (p) => episodes.filter((e) => !e.noFurtherAction && e.referredOn <= p && (e.closedOn === null || e.closedOn > p)).map((e) => ({on: p, child: e.child, met: !hasWorker(e.child, p)})), sum: numberMet}
  };
}

function assessments({known: {episodes}, asAt}: Shown): Record<string, Counting> {
  // the first answers the referral and runs from it, a later one from its own start
  const each = episodes.flatMap((e) => [...e.assessments].sort((a, b) => a.startedOn - b.startedOn).map((a, i) => ({e, a, first: i === 0, due: addWorkingDays(i === 0 ? Math.min(e.referredOn, a.startedOn) : a.startedOn, 45)})));
  return {
    A1b: {
      rows: each.filter(({first, due}) => !first && due <= asAt).map(({e, a, due}) => ({on: due, child: e.child, met: within(a.startedOn, a.authorisedOn, 45)})),
      sum: percentage
    },
    A2b: {
      rows: each.filter(({a}) => a.authorisedOn !== null && a.authorisedOn >= a.startedOn).map(({e, a}) => ({on: a.authorisedOn!, child: e.child, met: true, time: workingDaysBetween(a.startedOn, a.authorisedOn!), ended: true})),
      sum: medianTime
    },
    A3: {
      at: (p) => each.filter(({a}) => a.startedOn <= p && (a.authorisedOn === null || a.authorisedOn > p)).map(({e, due}) => ({on: p, child: e.child, met: due <= p})),
      sum: numberMet
    }
  };
}

/** The start of a section 47 enquiry, and a contact graded red: at the end, where the grade was changed. */
function safetyPlans(shown: Shown): Row[] {
  const {known: {episodes}, written, asAt} = shown;
  const plans = gather(written.assessments.filter((a) => a.safetyPlanAt !== null).map((a) => ({child: a.e.child, on: dateOf(a.safetyPlanAt!)})), (p) => p.child);
  const asking = [
    ...episodes.flatMap((e) => e.section47s.map((s) => ({child: e.child, on: s.startedOn}))),
    ...contactsOf(shown).filter(({c}) => (c.gradedLast ?? c.gradedFirst) === "Red").map(({child, on}) => ({child, on}))
  ];
  return asking.flatMap(({child, on}) => {
    const due = addWorkingDays(on, 1);
    return due > asAt ? [] : [{on: due, child, met: (plans.get(child) ?? []).some((p) => within(on, p.on, 1))}];
  });
}

/** One row a family: its first child referred (of several on one day the first by number) stands for those referred by the limit. */
function siblingsOpened(shown: Shown): Row[] {
  const {known: {episodes}, written, asAt} = shown;
  const siblings = siblingsKnown(shown);
  const isOpen = openCases(shown);
  const reasoned = new Set(written.assessments.filter((a) => a.siblings !== "").map((a) => a.e));
  const due = (e: Episode) => addWorkingDays(e.referredOn, 5);
  // a weekend after the due day is still in time
  const until = (e: Episode) => addWorkingDays(e.referredOn, 6) - 1;
  const accepted = episodes.filter((e) => !e.noFurtherAction).map((e) => ({e, others: siblings(e.child, e.referredOn).filter((c) => c.born <= e.referredOn)})).filter(({others}) => others.length > 0);
  const byFamily = gather(accepted, ({e}) => e.child.family);
  return [...byFamily.values()].flatMap((theirs) => {
    theirs.sort((a, b) => a.e.referredOn - b.e.referredOn || (a.e.child.id < b.e.child.id ? -1 : 1));
    const counted: {e: Episode; others: Child[]; told: Episode[]}[] = [];
    for (const {e, others} of theirs) {
      const before = counted.find((c) => e.referredOn <= until(c.e) && others.includes(c.e.child));
      if (before) before.told.push(e);
      else counted.push({e, others, told: [e]});
    }
    return counted.filter(({e}) => due(e) <= asAt).map(({e, others, told}) => ({on: due(e), child: e.child, met: told.some((o) => reasoned.has(o)) || others.every((o) => isOpen(o, until(e), e.referredOn))}));
  });
}

const EXPLOITATION = new Set(["Child sexual exploitation", "Child criminal exploitation"]);
/** Sexual exploitation, trafficking, gangs, criminal exploitation. */
const EXPLOITED = new Set(["11A", "12A", "13A", "24A"]);
const SCREENS_EXPLOITATION = new Set(["Child exploitation screening tool", "CCE screening", "CSE screening"]);

/** Days on which something pointed to exploitation of a child: one a child and day, answered from the day itself, or from the start of the assessment that found it. */
function exploitation({known, practice, from, asAt}: Shown): Row[] {
  const screenings = practice.screenings.filter((s) => SCREENS_EXPLOITATION.has(s.tool) && dateOf(s.indicatorAt) >= from && dateOf(s.indicatorAt) <= asAt);
  const told: {child: Child; on: Day; answeredFrom: Day}[] = [
    ...practice.missing.filter((m) => m.kind === "Exploitation event" || ageOn(m.child, dateOf(m.startedAt)) >= 10).map((m) => ({child: m.child, on: dateOf(m.startedAt)})),
    ...[...known.contacts, ...known.outOfHours].filter((c) => EXPLOITATION.has(c.issue)).flatMap((c) => c.children.map((child) => ({child, on: dateOf(c.receivedAt)}))),
    ...screenings.map((s) => ({child: s.child, on: dateOf(s.indicatorAt)}))
  ].map((t) => ({...t, answeredFrom: t.on}));
  for (const e of known.episodes) for (const a of e.assessments) if (a.authorisedOn !== null && a.authorisedOn >= a.startedOn && a.factors.some((f) => EXPLOITED.has(f))) told.push({child: e.child, on: a.authorisedOn, answeredFrom: a.startedOn});
  const finished = gather(screenings.filter((s) => s.completedAt !== null && dateOf(s.completedAt) <= asAt).map((s) => ({child: s.child, on: dateOf(s.completedAt!)})), (s) => s.child);
  const days = gather(told.filter((t) => t.on <= asAt), (t) => `${t.child.id} ${t.on}`);
  return [...days.values()].flatMap((theirs) => {
    const {child, on} = theirs[0]!;
    const answeredFrom = Math.min(...theirs.map((t) => t.answeredFrom));
    const due = addWorkingDays(on, 5);
    return due > asAt ? [] : [{on: due, child, met: (finished.get(child) ?? []).some((s) => s.on >= answeredFrom && workingDaysBetween(on, s.on) <= 5)}];
  });
}
