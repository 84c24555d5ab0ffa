// What measures of audits, of recording and of what is filled in must come to, from the generator's own records, apart from the pipeline: no SQL.
import {dateOf, workingDaysBetween, type Day, type Minute} from "./days.ts";
import {medianTime, percentage, weighed, type Counting, type Row, type Shown, type Sum} from "./figures.ts";
import {dayBy, minuteBy} from "./practice.ts";
import {gather} from "./truth-common.ts";
import {conferencesHeld} from "./truth-histories.ts";
import type {Audit} from "./assurance.ts";

export function assuranceTruth(shown: Shown): Record<string, Counting> {
  const events = recordedEvents(shown);
  return {
    ...audits(shown),
    D1a: {sum: percentage, rows: events.map(({on, days}) => ({on, met: days > 2}))},
    D1b: {sum: medianTime, rows: events.map(({on, days}) => ({on, time: days, ended: true}))},
    D2: {sum: weighed, rows: requiredCells(shown)}
  };
}

// ---------------------------------------------------------------------------------------------------------------------
// Audits

const finalGrade = (a: Audit): number => (a.moderated ?? a.grade)!;

/** Weighted kappa, quadratic weights (Cohen 1968), of the auditor's grade in `weight` and the moderator's in `time`. */
const kappa: Sum = (rows) => {
  const grades = [1, 2, 3, 4];
  const share = (of: (r: Row) => boolean) => rows.filter(of).length / rows.length;
  let [observed, expected] = [0, 0];
  for (const a of grades) {
    for (const b of grades) {
      observed += (a - b) ** 2 * share((r) => r.weight === a && r.time === b);
      expected += (a - b) ** 2 * share((r) => r.weight === a) * share((r) => r.time === b);
    }
  }
  return {numerator: rows.filter((r) => r.met).length, denominator: rows.length, value: rows.length === 0 || expected === 0 ? null : 1 - observed / expected};
};

function audits({practice, asAt}: Shown): Record<string, Counting> {
  const graded = practice.audits.filter((a) => a.on <= asAt && a.grade !== null);
  const domains = (selection: string): Row[] => graded.filter((a) => a.domain !== "Overall" && a.selection === selection).map((a) => ({on: a.on, met: finalGrade(a) >= 3}));
  const moderated = graded.filter((a) => a.moderated !== null).map((a) => ({on: a.on, met: a.grade === a.moderated, weight: a.grade!, time: a.moderated!}));
  const ofCase = gather(graded, (a) => `${a.childId} ${a.domain}`);
  return {
    Q2c: {sum: percentage, rows: domains("Random")},
    Q2d: {sum: percentage, rows: domains("Targeted")},
    Q3a: {sum: percentage, rows: moderated},
    Q3b: {sum: kappa, rows: moderated},
    Q5: {
      sum: percentage,
      rows: graded.flatMap((a) => {
        const before = ofCase.get(`${a.childId} ${a.domain}`)!.filter((b) => b.on < a.on);
        if (before.length === 0) return [];
        // of two on one day the first by its number
        const last = before.reduce((x, y) => (y.on > x.on || (y.on === x.on && y.id < x.id) ? y : x));
        return [{on: a.on, met: finalGrade(a) > finalGrade(last)}];
      })
    }
  };
}

// ---------------------------------------------------------------------------------------------------------------------
// Recording

/** Every event with the day on which it was put on record, and how many working days on that was. */
function recordedEvents({known, practice, written, asAt}: Shown): {on: Day; days: number}[] {
  const event = (happenedOn: Day, recordedAt: Minute | null) => {
    const on = dayBy(asAt, recordedAt === null ? null : dateOf(recordedAt));
    return on === null || happenedOn > on ? [] : [{on, days: workingDaysBetween(happenedOn, on)}];
  };
  const ofEach = (children: unknown[], happenedOn: Day, recordedAt: Minute | null) => children.flatMap(() => event(happenedOn, recordedAt));
  return [
    ...known.contacts.flatMap((c) => ofEach(c.children, dateOf(c.receivedAt), minuteBy(asAt, practice.contactDetails.get(c.original ?? c)!.recordedAt))),
    ...written.outOfHours.flatMap(({c, recordedAt}) => ofEach(c.children, dateOf(c.receivedAt), recordedAt)),
    ...written.referrals.flatMap(({e, recordedAt}) => event(e.referredOn, recordedAt)),
    ...written.visits.flatMap(({v, recordedAt}) => event(v.on, recordedAt)),
    ...written.strategyMeetings.flatMap(({m, recordedAt}) => ofEach(m.children, dateOf(m.heldAt ?? m.triggeredAt), recordedAt))
  ];
}

/** A record's cells that must be filled in at its stage: how many are asked for, and how many of them are blank. */
function requiredCells(shown: Shown): Row[] {
  const {known, written} = shown;
  const record = (on: Day, asked: number, blank = 0): Row[] => [{on, met: true, weight: asked - blank}, {on, met: false, weight: blank}].filter((r) => r.weight > 0);
  const count = (...flags: boolean[]) => flags.filter(Boolean).length;
  return [
    // source, issue and first risk grade; an outcome once decided
    ...known.contacts.flatMap((c) => c.children.flatMap(() => record(dateOf(c.receivedAt), 3 + count(c.decidedAt !== null), count(c.gradedFirst === null, c.decidedAt !== null && c.outcome === null)))),
    // source and priority; an outcome once somebody responded
    ...known.outOfHours.flatMap((c) => c.children.flatMap(() => record(dateOf(c.receivedAt), 2 + count(c.respondedAt !== null)))),
    // whether anything was done, the need if so, a reason once closed; and of the child: birth, sex, ethnicity, disability
    ...known.episodes.flatMap((e) => [...record(e.referredOn, 1 + count(!e.noFurtherAction, e.closedOn !== null)), ...record(e.referredOn, 4)]),
    // once authorised: whether the child was seen, the outcome, the factors
    ...written.assessments.filter(({a}) => a.authorisedOn !== null).flatMap(({a}) => record(a.startedOn, 3, count(a.factors.length === 0))),
    // kind, and whether the child was seen
    ...written.visits.flatMap(({v}) => record(v.on, 2)),
    ...written.lastSeen.flatMap(({on}) => record(on, 2)),
    // when it was decided on; an outcome once held
    ...known.strategyMeetings.flatMap((m) => m.children.flatMap(() => record(dateOf(m.heldAt ?? m.triggeredAt), 1 + count(m.heldAt !== null)))),
    ...written.section47s.filter((s) => s.endedOn !== null).flatMap(({s}) => record(s.startedOn, 1)),
    // whether a plan was made and how the child took part, which only the conference office knows
    ...conferencesHeld(shown).flatMap(({on, local}) => record(on, 2, local ? 0 : 2)),
    // first and latest category
    ...known.episodes.flatMap((e) => e.protectionPlans.flatMap((p) => record(p.startedOn, 2)))
  ];
}
