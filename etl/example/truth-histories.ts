// How children's cases went on, as the exports tell it: when each child was open, in need, on a protection plan or looked after, and which meetings,
// visits and decisions there were. From the generator's own records as they are shown, apart from the pipeline; counts nothing.
import {dateOf, monthsBetween, type Day} from "./days.ts";
import type {Shown} from "./figures.ts";
import {dayBy} from "./practice.ts";
import {gather} from "./truth-common.ts";
import type {Child, ProtectionPlan} from "./world.ts";

/** From its first day until before `to`, the first day on which it is over; Infinity while it goes on. */
export interface Span {
  child: Child;
  from: Day;
  to: Day;
}

export const runsOn = (day: Day) => (span: Span): boolean => span.from <= day && span.to > day;

/** The last of some days, in order, that is no later than `day`. */
export const lastBy = (days: Day[] | undefined, day: Day): Day | undefined => days?.findLast((d) => d <= day);
/** The first of some days, in order, that is no earlier than `day`. */
export const firstFrom = (days: Day[] | undefined, day: Day): Day | undefined => days?.find((d) => d >= day);

/** Days by child, each once, in order. */
export function daysOf(told: Iterable<readonly [Child, Day | null]>): Map<Child, Day[]> {
  const found = new Map<Child, Set<Day>>();
  for (const [child, day] of told) {
    if (day === null) continue;
    const theirs = found.get(child);
    if (theirs) theirs.add(day);
    else found.set(child, new Set([day]));
  }
  return new Map([...found].map(([child, days]) => [child, [...days].sort((a, b) => a - b)]));
}

/** Spans of one child that overlap or touch made one. */
export function merged(spans: Span[]): Span[] {
  return [...gather(spans, (s) => s.child).values()].flatMap((theirs) => {
    const whole: Span[] = [];
    for (const span of [...theirs].sort((a, b) => a.from - b.from)) {
      const last = whole.at(-1);
      if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
      else whole.push({...span});
    }
    return whole;
  });
}

const ends = (day: Day | null): Day => day ?? Infinity;

/** Each child-in-need plan for itself. */
export const cinPlansOf = ({known}: Shown): Span[] => known.episodes.flatMap((e) => e.cinPlans.map((p) => ({child: e.child, from: p.startedOn, to: ends(p.endedOn)})));

/** Times on a child-in-need plan without a break. */
export const timesInNeed = (shown: Shown): Span[] => merged(cinPlansOf(shown).filter((s) => s.to > s.from));

export const protectionPlansOf = ({known}: Shown): (Span & {plan: ProtectionPlan})[] => known.episodes.flatMap((e) => e.protectionPlans.map((plan) => ({child: e.child, from: plan.startedOn, to: ends(plan.endedOn), plan})));

export const timesInCare = ({practice, asAt}: Shown): Span[] => practice.careEpisodes.filter((c) => c.startedOn <= asAt).map((c) => ({child: c.child, from: c.startedOn, to: ends(dayBy(asAt, c.endedOn))}));

/** Times open to children's social care: accepted referrals until they close, and the plans and care that reach beyond them. */
export const timesOpen = (shown: Shown): Span[] =>
  merged([
    ...shown.known.episodes.filter((e) => !e.noFurtherAction).map((e) => ({child: e.child, from: e.referredOn, to: ends(e.closedOn)})),
    ...cinPlansOf(shown), ...protectionPlansOf(shown).map(({child, from, to}) => ({child, from, to})), ...timesInCare(shown)
  ].filter((s) => s.to > s.from));

/** Conferences held of which any export tells, the censuses and enquiries too: each key once. */
export function conferencesHeld({known, practice, asAt}: Shown): {child: Child; on: Day; type: "Initial" | "Review" | "Transfer in"; local: boolean}[] {
  const found = new Map<string, {child: Child; on: Day; type: "Initial" | "Review" | "Transfer in"; local: boolean}>();
  const add = (child: Child, on: Day | null, type: "Initial" | "Review" | "Transfer in", local: boolean) => { if (on !== null) found.set(`${child.id} ${on} ${type}`, {child, on, type, local}); };
  for (const e of known.episodes) {
    for (const s of e.section47s) add(e.child, s.icpcOn, "Initial", false);
    for (const p of e.protectionPlans) for (const on of p.reviews) add(e.child, on, "Review", false);
  }
  for (const c of practice.conferences) if (c.notifiedOn <= asAt) add(c.child, dayBy(asAt, c.heldOn), c.type, true);
  return [...found.values()];
}

/** Days on which each child was seen, on a visit of any kind, and whether alone. */
export function seenOf({known}: Shown): Map<Child, Map<Day, boolean>> {
  const found = new Map<Child, Map<Day, boolean>>();
  for (const e of known.episodes) {
    const theirs = found.get(e.child) ?? new Map<Day, boolean>();
    found.set(e.child, theirs);
    for (const v of e.visits) if (v.seen) theirs.set(v.on, (theirs.get(v.on) ?? false) || v.alone);
  }
  return found;
}

const SENIOR = new Set(["Drift review by a senior manager", "Senior manager case review"]);

/** Days on which a manager's oversight of each child is on record; only a senior manager's reviews if asked. */
export const oversightOf = ({practice, asAt}: Shown, {senior = false} = {}): Map<Child, Day[]> =>
  daysOf(practice.oversight.filter((m) => !senior || SENIOR.has(m.kind)).map((m) => [m.child, dayBy(asAt, dateOf(m.at))]));

/** Days of child-in-need meetings held about each child; only reviews if asked. A core group is none. */
export const meetingsOf = ({known}: Shown, {reviews = false} = {}): Map<Child, Day[]> => daysOf(known.cinMeetings.filter((m) => !reviews || m.type === "Review").map((m) => [m.episode.child, m.heldOn]));

/** The months that any record reaches, each with its first day and the day on which it is looked at: its last, or that of the exports. */
export function monthsReached({known, asAt}: Shown): {month: string; first: Day; day: Day}[] {
  const first = Math.min(...known.contacts.map((c) => dateOf(c.receivedAt)).slice(0, 1), known.episodes.reduce((least, e) => Math.min(least, e.referredOn), Infinity));
  return monthsBetween(first, asAt).map((m) => ({month: m.month, first: m.first, day: Math.min(m.last, asAt)}));
}
