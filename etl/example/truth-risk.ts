// What measures of rising risk and of escalation must come to, from the generator's own records, apart from the pipeline: no SQL.
import {addMonths, addWorkingDays, dateOf, type Day} from "./days.ts";
import {distinctChildren, rate, type Counting, type Row, type Shown} from "./figures.ts";
import {gather, within} from "./truth-common.ts";
import {cinPlansOf, conferencesHeld, daysOf, firstFrom, lastBy, meetingsOf, monthsReached, oversightOf, protectionPlansOf, runsOn, timesInCare, timesInNeed, timesOpen} from "./truth-histories.ts";
import {dayBy} from "./practice.ts";
import type {Child} from "./world.ts";

export function riskTruth(shown: Shown): Record<string, Counting> {
  const {practice, asAt} = shown;
  const risen = risingRisk(shown);
  const open = timesOpen(shown);
  const openThen = new Map(monthsReached(shown).map(({month, day}) => [month, new Set(open.filter(runsOn(day)).map((s) => s.child)).size]));
  const raised = practice.escalations.filter((e) => dateOf(e.raisedAt) <= asAt);
  const first = [...gather(raised, (e) => e.id).values()].map((stages) => stages.reduce((a, b) => (b.raisedAt < a.raisedAt ? b : a)));
  return {
    N8: {sum: distinctChildren, rows: risen.filter((r) => r.dueOn <= asAt).map((r) => ({on: r.dueOn, child: r.child, met: !r.inTime}))},
    X1: {sum: rate(100, openThen), everyMonth: true, rows: first.map((e) => ({on: dateOf(e.raisedAt), child: e.child}))},
    X3: {sum: distinctChildren, rows: unchallenged(shown, risen)}
  };
}

// ---------------------------------------------------------------------------------------------------------------------
// Rising risk: two new events in 90 days of a child in need or in early help that no decision came after

interface Risen {
  child: Child;
  /** The day of the event by which risk had risen. */
  on: Day;
  dueOn: Day;
  answeredOn: Day | null;
  inTime: boolean;
}

/** Days of new events, those of one day once: contacts, but for a second one about an incident or one that the night has on record; nights; missing. */
function eventsOf({known, practice, asAt}: Shown): Map<Child, Day[]> {
  const byNight = new Set(known.outOfHours.flatMap((c) => (c.contactId === null ? [] : c.children.map((child) => `${c.contactId} ${child.id}`))));
  const incidents = new Set<string>();
  const events: [Child, Day][] = [];
  for (const c of [...known.contacts].sort((a, b) => a.receivedAt - b.receivedAt)) {
    const {incidentId} = practice.contactDetails.get(c.original ?? c)!;
    for (const child of c.children) {
      if (incidentId !== null) {
        if (incidents.has(`${incidentId} ${child.id}`)) continue;
        incidents.add(`${incidentId} ${child.id}`);
      }
      if (!byNight.has(`${c.id} ${child.id}`)) events.push([child, dateOf(c.receivedAt)]);
    }
  }
  for (const c of known.outOfHours) for (const child of c.children) events.push([child, dateOf(c.receivedAt)]);
  for (const m of practice.missing) if (dateOf(m.startedAt) <= asAt) events.push([m.child, dateOf(m.startedAt)]);
  return daysOf(events);
}

/** Days on which somebody decided something about a child; a referral or a plan as a child in need counts for one who was on no such plan. */
function decisionsOf(shown: Shown): Map<Child, Day[]> {
  const {known, asAt} = shown;
  const told: [Child, Day][] = [];
  for (const m of known.strategyMeetings) if (m.heldAt !== null) for (const child of m.children) told.push([child, dateOf(m.heldAt)]);
  for (const e of known.episodes) for (const s of e.section47s) told.push([e.child, s.startedOn]);
  for (const c of conferencesHeld(shown)) told.push([c.child, c.on]);
  for (const s of [...protectionPlansOf(shown), ...timesInCare(shown)]) told.push([s.child, s.from]);
  for (const [child, days] of oversightOf(shown)) for (const day of days) told.push([child, day]);
  const inNeed = timesInNeed(shown);
  const needOf = gather(inNeed, (s) => s.child);
  const taken: [Child, Day][] = [...known.episodes.filter((e) => !e.noFurtherAction).map((e): [Child, Day] => [e.child, e.referredOn]), ...inNeed.map((s): [Child, Day] => [s.child, s.from])];
  for (const [child, day] of taken) if (!(needOf.get(child) ?? []).some((s) => s.from < day && s.to > day)) told.push([child, day]);
  return daysOf(told.filter(([, day]) => day <= asAt));
}

function risingRisk(shown: Shown): Risen[] {
  const {practice, asAt, from} = shown;
  const inNeed = timesInNeed(shown);
  const helped = practice.earlyHelp.filter((h) => h.startedOn <= asAt && (h.endedOn ?? asAt) >= from).map((h) => ({child: h.child, from: h.startedOn, to: dayBy(asAt, h.endedOn) ?? Infinity}));
  const lived = gather([...inNeed, ...helped], (s) => s.child);
  const safer = gather([...protectionPlansOf(shown), ...timesInCare(shown)], (s) => s.child);
  const decisions = decisionsOf(shown);
  return [...eventsOf(shown)].flatMap(([child, days]) => {
    const events = days.filter((day) => (lived.get(child) ?? []).some((s) => s.from < day && s.to > day) && !(safer.get(child) ?? []).some(runsOn(day)));
    return events.flatMap((on) => {
      const last = lastBy(decisions.get(child), on - 1) ?? -Infinity;
      if (events.filter((day) => day <= on && day > on - 90 && day > last).length < 2) return [];
      const answeredOn = firstFrom(decisions.get(child), on) ?? null;
      return [{child, on, dueOn: addWorkingDays(on, 10), answeredOn, inTime: within(on, answeredOn, 10)}];
    });
  });
}

// ---------------------------------------------------------------------------------------------------------------------
// Rules broken that nobody challenged: no meeting (N3), drift (N7), rising risk (N8)

interface Broken {
  child: Child;
  began: Day;
  mended: Day;
}

/** A rule that what happens again and again keeps: broken from `early` on, or `lasts` days after it last happened, until it happens again or the plan ends. */
function lapses({child, to}: {child: Child; to: Day}, early: Day, happened: Day[], lasts: number): Broken[] {
  return [-Infinity, ...happened].map((after, i) => ({child, began: Math.max(early, after + lasts), mended: Math.min(happened[i] ?? Infinity, to)})).filter((b) => b.mended > b.began);
}

function unchallenged(shown: Shown, risen: Risen[]): Row[] {
  const {practice, asAt} = shown;
  const meetings = meetingsOf(shown);
  const senior = oversightOf(shown, {senior: true});
  const broken: Broken[] = [
    ...cinPlansOf(shown).flatMap((s) => lapses(s, addWorkingDays(s.from, 11), meetings.get(s.child) ?? [], 84)),
    ...timesInNeed(shown).flatMap((s) => lapses(s, addMonths(s.from, 9) + 1, senior.get(s.child) ?? [], 90)),
    ...risen.filter((r) => !r.inTime).map((r) => ({child: r.child, began: r.dueOn, mended: r.answeredOn ?? Infinity}))
  ];
  const challenges = daysOf([...practice.escalations.map((e) => [e.child, dayBy(asAt, dateOf(e.raisedAt))] as const), ...[...oversightOf(shown)].flatMap(([child, days]) => days.map((day) => [child, day] as const))]);
  return broken.flatMap(({child, began, mended}) => {
    const due = began > asAt ? Infinity : addWorkingDays(began, 20);
    if (due > asAt) return [];
    const inTime = within(began, firstFrom(challenges.get(child), began) ?? null, 20);
    return inTime || !within(began, mended === Infinity ? null : mended, 20) ? [{on: due, child, met: !inTime}] : [];
  });
}
