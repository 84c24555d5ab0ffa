// What measures of child-in-need and child protection plans must come to, from the generator's own records, apart from the pipeline: no SQL.
import {addMonths, addWorkingDays, workingDaysBetween, type Day} from "./days.ts";
import {distinctChildren, medianTime, numberMet, percentage, type Counting, type Row, type Shown} from "./figures.ts";
import {dayBy} from "./practice.ts";
import {gather, within} from "./truth-common.ts";
import {cinPlansOf, conferencesHeld, daysOf, firstFrom, lastBy, meetingsOf, monthsReached, oversightOf, protectionPlansOf, runsOn, seenOf, timesInCare, timesInNeed, timesOpen, type Span} from "./truth-histories.ts";
import type {Child} from "./world.ts";

export function planTruth(shown: Shown): Record<string, Counting> {
  const shares: Record<string, Row[]> = {N1: metSoon(shown), N2a: reviewsDue(shown), ...visits(shown), ...protectionMeetings(shown), H1: steppedDownToEarlyHelp(shown)};
  return {...moves(shown), ...snapshots(shown), ...Object.fromEntries(Object.entries(shares).map(([id, rows]) => [id, {rows, sum: percentage}]))};
}

/** A meeting about the plan within ten working days of an assessment that ended in child in need. */
function metSoon(shown: Shown): Row[] {
  const meetings = meetingsOf(shown);
  return shown.known.episodes.flatMap((e) =>
    e.assessments.flatMap((a) => {
      if (a.authorisedOn === null || !a.outcome.startsWith("Child in need")) return [];
      const due = addWorkingDays(a.authorisedOn, 10);
      return due > shown.asAt ? [] : [{on: due, child: e.child, met: within(a.authorisedOn, firstFrom(meetings.get(e.child), a.authorisedOn) ?? null, 10)}];
    })
  );
}

interface Review {
  child: Child;
  dueOn: Day;
  heldOn: Day | null;
  byPlan: boolean;
}

/** Reviews by child and due day: those of the meeting log, and the next one that a plan itself names where the log has none of that day. */
function reviewsOf(shown: Shown): Review[] {
  const reviews = new Map<string, Review>();
  for (const {episode: {child}, type, dueOn, heldOn} of shown.known.cinMeetings) {
    if (type !== "Review") continue;
    const key = `${child.id} ${dueOn}`;
    const before = reviews.get(key)?.heldOn ?? null;
    reviews.set(key, {child, dueOn, heldOn: before === null ? heldOn : heldOn === null ? before : Math.min(before, heldOn), byPlan: false});
  }
  const held = meetingsOf(shown, {reviews: true});
  for (const {e: {child}, reviewDueOn: dueOn} of shown.written.cinPlans) {
    const key = `${child.id} ${dueOn}`;
    // one more than six weeks early was the review before
    if (dueOn !== null && !reviews.has(key)) reviews.set(key, {child, dueOn, heldOn: firstFrom(held.get(child), dueOn - 6 * 7 + 1) ?? null, byPlan: true});
  }
  return [...reviews.values()];
}

/** A review that was not held counts where the plan went on beyond its due day. */
function reviewsDue(shown: Shown): Row[] {
  const inNeed = gather(timesInNeed(shown), (s) => s.child);
  return reviewsOf(shown)
    .filter((r) => r.dueOn <= shown.asAt && (r.heldOn !== null || (inNeed.get(r.child) ?? []).some(runsOn(r.dueOn))))
    .map((r) => ({on: r.dueOn, child: r.child, met: r.heldOn !== null && r.heldOn <= r.dueOn}));
}

// ---------------------------------------------------------------------------------------------------------------------
// Visits: each window runs for the limit from the start of the plan or from the day the child was last seen

interface Window {
  child: Child;
  dueOn: Day;
  seenOn: Day | null;
}

function windows(shown: Shown, plans: Span[], limit: number): Window[] {
  const seen = seenOf(shown);
  return plans.flatMap((plan) => {
    const visits = [...(seen.get(plan.child)?.keys() ?? [])].filter((day) => day > plan.from && day < plan.to).sort((a, b) => a - b);
    const starts = [plan.from, ...visits];
    return starts.flatMap((from, i) => {
      const next = starts[i + 1];
      if (next !== undefined && workingDaysBetween(from, next) <= limit) return [{child: plan.child, dueOn: addWorkingDays(from, limit), seenOn: next}];
      // every limit that passed unseen is a window missed
      const found: Window[] = [];
      const last = Math.min(plan.to - 1, shown.asAt);
      for (let n = 1; ; n++) {
        const dueOn = addWorkingDays(from, limit * n);
        if (dueOn > last || (next !== undefined && workingDaysBetween(from, next) <= limit * n)) break;
        found.push({child: plan.child, dueOn, seenOn: null});
      }
      return found;
    }).filter((w) => w.dueOn < plan.to && w.dueOn <= shown.asAt);
  });
}

function visits(shown: Shown): Record<string, Row[]> {
  const alone = seenOf(shown);
  const rows = (found: Window[], met: (w: Window) => boolean): Row[] => found.map((w) => ({on: w.dueOn, child: w.child, met: met(w)}));
  const inNeed = windows(shown, cinPlansOf(shown), 20);
  return {
    N4a: rows(inNeed, (w) => w.seenOn !== null),
    N4b: rows(inNeed, (w) => w.seenOn !== null && alone.get(w.child)!.get(w.seenOn)!),
    K1: rows(windows(shown, protectionPlansOf(shown), 10), (w) => w.seenOn !== null)
  };
}

// ---------------------------------------------------------------------------------------------------------------------
// Child protection: reviews and core groups

function protectionMeetings(shown: Shown): Record<string, Row[]> {
  const {asAt, written} = shown;
  const plans = protectionPlansOf(shown);
  const reviews = daysOf(conferencesHeld(shown).filter((c) => c.type === "Review").map((c) => [c.child, c.on]));
  const coreGroups = daysOf(written.coreGroups.map((g) => [g.child, g.heldOn]));
  const starts = daysOf(plans.map((p) => [p.child, p.from]));
  return {
    K2: plans.flatMap(({child, from, to}) => {
      const days = [from, ...(reviews.get(child) ?? []).filter((day) => day > from && day <= to)];
      return days.flatMap((day, i) => {
        const next = days[i + 1];
        const due = addMonths(day, i === 0 ? 3 : 6);
        return due > asAt || (due >= to && next === undefined) ? [] : [{on: due, child, met: next !== undefined && next <= due}];
      });
    }),
    K3: plans.flatMap(({child, from, to}) => {
      const due = addWorkingDays(from, 10);
      const next = firstFrom(starts.get(child), from + 1) ?? Infinity;
      const met = coreGroups.get(child)?.find((day) => day >= from && day < next) ?? null;
      return due > asAt || (due >= to && met === null) ? [] : [{on: due, child, met: within(from, met, 10)}];
    })
  };
}

// ---------------------------------------------------------------------------------------------------------------------
// Up and down: from need to protection and back

function moves(shown: Shown): Record<string, Counting> {
  const {asAt} = shown;
  const months = monthsReached(shown);
  const inNeed = timesInNeed(shown);
  const needOf = gather(inNeed, (s) => s.child);
  const openOf = gather(timesOpen(shown), (s) => s.child);
  const plans = protectionPlansOf(shown);
  const plansOf = gather(plans, (s) => s.child);
  const careOf = gather(timesInCare(shown), (s) => s.child);
  const startsOf = daysOf(plans.map((p) => [p.child, p.from]));
  const up = daysOf([...plans, ...timesInCare(shown)].map((s) => [s.child, s.from]));
  /** Neither on another plan nor looked after on the day it ended. */
  const steppedDown = (p: Span) => ![...(plansOf.get(p.child) ?? []), ...(careOf.get(p.child) ?? [])].some(runsOn(p.to));
  const latest = (spans: Span[] | undefined, day: Day) => (spans ?? []).filter((s) => s.from <= day).reduce<Span | null>((a, b) => (a && a.from > b.from ? a : b), null);

  return {
    N9a: {
      sum: distinctChildren,
      rows: months.flatMap(({first, day}) =>
        inNeed
          .filter((s) => s.from < first && s.to >= first && !(plansOf.get(s.child) ?? []).some((p) => p.from < first && p.to >= first))
          .map(({child}) => ({on: day, child, met: (startsOf.get(child) ?? []).some((d) => d >= first && d <= day)})))
    },
    N9b: {
      sum: distinctChildren,
      rows: months.flatMap(({first, day}) => plans.filter((p) => p.from < first && p.to >= first).map((p) => ({on: day, child: p.child, met: p.to <= day && steppedDown(p)})))
    },
    N9c: {
      sum: medianTime,
      rows: plans.flatMap(({child, from}) => {
        const [need, open] = [latest(needOf.get(child), from), latest(openOf.get(child), from)];
        return need && open && need.from >= open.from ? [{on: from, child, time: workingDaysBetween(need.from, from), ended: true}] : [];
      })
    },
    N10a: {
      sum: percentage,
      rows: plans.flatMap((p) => {
        const due = p.to === Infinity ? Infinity : addMonths(p.to, 12);
        return due > asAt || !steppedDown(p) ? [] : [{on: due, child: p.child, met: (firstFrom(up.get(p.child), p.to + 1) ?? Infinity) <= due}];
      })
    },
    N10b: {sum: percentage, rows: plans.map(({child, from, plan}) => ({on: from, child, met: plan.previous > 0 || startsOf.get(child)![0]! < from}))}
  };
}

/** Early help under way within twenty working days of a step-down to it: closed so, else assessed so. */
function steppedDownToEarlyHelp({known, practice, from, asAt}: Shown): Row[] {
  const helpOf = gather(practice.earlyHelp.filter((h) => h.startedOn <= asAt && (h.endedOn ?? asAt) >= from), (h) => h.child);
  return known.episodes.flatMap((e) => {
    const assessed = e.assessments.filter((a) => a.outcome === "Step down to early help" && a.authorisedOn !== null).map((a) => a.authorisedOn!);
    const day = e.closureReason === "RC9" ? e.closedOn! : assessed.length > 0 ? Math.min(...assessed) : null;
    if (day === null || addWorkingDays(day, 20) > asAt) return [];
    const begun = (helpOf.get(e.child) ?? []).filter((h) => h.startedOn >= day || (dayBy(asAt, h.endedOn) ?? Infinity) > day).map((h) => Math.max(h.startedOn, day));
    return [{on: addWorkingDays(day, 20), child: e.child, met: begun.some((on) => workingDaysBetween(day, on) <= 20)}];
  });
}

// ---------------------------------------------------------------------------------------------------------------------
// How plans stood at the close of a day

function snapshots(shown: Shown): Record<string, Counting> {
  const {practice, asAt} = shown;
  const plans = cinPlansOf(shown);
  const held = meetingsOf(shown, {reviews: true});
  const reviews = gather(reviewsOf(shown), (r) => r.child);
  /** The next review that is on record for a plan on a day. */
  const nextOf = ({child, from}: Span, p: Day): Day | null => {
    const last = lastBy(held.get(child), p) ?? -Infinity;
    const due = (reviews.get(child) ?? [])
      .filter((r) => r.dueOn >= from && r.dueOn > last && (r.heldOn === null || r.heldOn > p) && (!r.byPlan || p > r.dueOn - 12 * 7)) // a plan names its next review as it stands now
      .map((r) => r.dueOn);
    return due.length > 0 ? Math.min(...due) : null;
  };
  const byStandard = ({child, from}: Span, p: Day): Day => {
    const last = lastBy(held.get(child), p);
    return last !== undefined && last >= from ? last + 12 * 7 : from + 6 * 7;
  };
  const long = timesInNeed(shown).map((s) => ({...s, after: addMonths(s.from, 9)}));
  const senior = oversightOf(shown, {senior: true});
  const planStarts = daysOf([...timesInNeed(shown), ...protectionPlansOf(shown)].map((s) => [s.child, s.from]));
  // an action carries no day on which it was agreed: it counts from the start of the plan it fell due in
  const actions = practice.planActions.filter((a) => a.setOn <= asAt).map((a) => ({child: a.child, dueOn: a.dueOn, from: lastBy(planStarts.get(a.child), a.dueOn) ?? a.dueOn, to: dayBy(asAt, a.closedOn) ?? Infinity}));
  return {
    N2b: {sum: numberMet, at: (p) => plans.filter(runsOn(p)).map((s) => ({on: p, child: s.child, met: (nextOf(s, p) ?? byStandard(s, p)) <= p}))},
    N7: {
      sum: percentage,
      at: (p) => long.filter((s) => s.after < p && s.to > p).map(({child}) => ({on: p, child, met: (lastBy(senior.get(child), p) ?? -Infinity) <= p - 90}))
    },
    N11: {sum: percentage, at: (p) => actions.filter(runsOn(p)).map((a) => ({on: p, child: a.child, met: a.dueOn <= p}))},
    N12: {
      sum: percentage,
      at: (p) => {
        const newest = new Map<Child, Span>();
        for (const s of plans.filter(runsOn(p))) if (!newest.has(s.child) || newest.get(s.child)!.from < s.from) newest.set(s.child, s);
        return [...gather(newest.values(), (s) => s.child.family).values()].filter((family) => family.length > 1).map((family) => {
          const next = family.map((s) => nextOf(s, p));
          return {on: p, child: family[0]!.child, met: next[0] !== null && next.every((day) => day === next[0])};
        });
      }
    }
  };
}
