// What the export of each system writes beside the known records: when something was put on record, when a plan was shared, who else held a case.
// Drawn once, so that the tables and the truth tell of the same. Pure; writes nothing.
import type {List} from "./annex-a.ts";
import {coreGroups} from "./conferences.ts";
import {addWorkingDays, certain, dateOf, DAY, type Day, type Minute} from "./days.ts";
import type {Known} from "./known.ts";
import {dayBy, minuteBy, siblingsOf, type PracticeOptions} from "./practice.ts";
import {randomFor, type Random} from "./random.ts";
import type {Assessment, Child, CinMeeting, Episode, OutOfHoursContact, Plan, Section47, StrategyMeeting, Visit, World} from "./world.ts";

/** A worker on a case, as the case system lists it. */
export interface Involvement {
  child: Child;
  worker: string;
  team: string | null;
  role: "Allocated worker" | "Second social worker" | "CP chair";
  from: Day;
  to: Day | null;
}

export interface CoreGroup {
  id: string;
  child: Child;
  dueOn: Day;
  heldOn: Day | null;
}

/** In the order of the tables' rows; what an export of the day cannot show yet is null. */
export interface Written {
  referrals: {e: Episode; recordedAt: Minute | null}[];
  assessments: {e: Episode; a: Assessment; seen: boolean | null; seenOn: Day | null; alone: boolean | null; safetyPlanAt: Minute | null; siblings: string}[];
  section47s: {e: Episode; s: Section47; endedOn: Day | null; outcome: string}[];
  cinPlans: {e: Episode; p: Plan; reviewDueOn: Day | null}[];
  coreGroups: CoreGroup[];
  /** What the day team made of it, and when the night put it on record. */
  outOfHours: {c: OutOfHoursContact; dayOutcome: string; dayDecidedAt: Minute | null; recordedAt: Minute | null}[];
  strategyMeetings: {m: StrategyMeeting; recordedAt: Minute | null}[];
  visits: {e: Episode; v: Visit; recordedAt: Minute | null}[];
  cinMeetings: {m: CinMeeting; sharedOn: Day | null}[];
  involvements: Involvement[];
  /** Days on which Annex A says that a child was last seen and the case system has no visit to a child in need: visits of its own. */
  lastSeen: {child: Child; on: Day}[];
}

/** Everything of one export day; the same options write the same. */
export function writtenAt(known: Known, world: World, annex: List[], options: PracticeOptions): Written {
  return {
    ...ofCases(known, options),
    coreGroups: coreGroups(world, options).filter((m) => m.dueOn <= options.until + 28).map((m) => ({...m, heldOn: dayBy(options.until, m.heldOn)})),
    outOfHours: byNight(known, options),
    strategyMeetings: strategyRecords(known, options),
    visits: visitRecords(known, options),
    cinMeetings: plansShared(known, options),
    involvements: involvementsOf(known, options),
    lastSeen: lastSeen(known, annex)
  };
}

/** Referrals, assessments, plans and enquiries as the case system exports them, beside the census that tells of the same. */
function ofCases({episodes, contacts}: Known, {seed, until}: PracticeOptions): Pick<Written, "referrals" | "assessments" | "section47s" | "cinPlans"> {
  const random = randomFor(seed, "case tables");
  const red = new Map(contacts.filter((c) => c.gradedFirst === "Red" && c.kind === "referral" && c.decidedAt !== null).flatMap((c) => c.children.map((child) => [`${child.id} ${dateOf(c.decidedAt!)}`, dateOf(c.receivedAt)] as const)));
  const seenBy = (e: Episode, from: Day, to: Day) => e.visits.filter((v) => v.seen && v.on >= from && v.on <= to);
  // one source of chance for all four: their order is part of the example
  const assessments = episodes.flatMap((e) =>
    e.assessments.map((a, i) => {
      const from = i === 0 ? e.referredOn : a.startedOn;
      const seen = seenBy(e, from, a.authorisedOn ?? until);
      const first = e.visits.find((v) => v.seen)?.on ?? null;
      const enquiry = e.section47s.find((s) => s.startedOn >= e.referredOn && s.startedOn <= a.startedOn + 15);
      const danger = enquiry?.startedOn ?? red.get(`${e.child.id} ${e.referredOn}`);
      const planned = danger !== undefined && i === 0 && random.chance(0.9) ? addWorkingDays(danger, random.weighted([[0, 46], [1, 38], [3, 16]] as const)) * DAY + random.int(9 * 60, 17 * 60) : null;
      const alone = siblingsOf(e.child, a.startedOn).some((c) => !c.episodes.some((o) => o.id === e.id));
      return {
        e, a,
        seen: a.authorisedOn === null && seen.length === 0 ? null : seen.length > 0,
        seenOn: i === 0 && first !== null && seen.some((v) => v.on === first) ? first : null,
        alone: seen.length === 0 ? null : seen.some((v) => v.alone),
        safetyPlanAt: planned !== null && dateOf(planned) <= until ? planned : null,
        siblings: i === 0 && alone && a.authorisedOn !== null && random.chance(0.55) ? random.weighted([["Considered, not affected", 52], ["Lives in another household", 24], ["Already open to social care", 14], ["Family refused", 10]] as const) : ""
      };
    })
  );
  const referrals = episodes.map((e) => ({e, recordedAt: recorded(random, e.referredOn, until)}));
  const section47s = episodes.flatMap((e) =>
    e.section47s.map((s) => {
      const endedOn = dayBy(until, Math.min(addWorkingDays(s.startedOn, random.int(4, 14)), e.closedOn ?? Infinity));
      return {e, s, endedOn, outcome: endedOn === null ? "" : !s.icpcNotRequired ? "CP conference" : e.cinPlans.length > 0 ? "Provision of services (s17)" : "No further action"};
    })
  );
  const cinPlans = episodes.flatMap((e) => e.cinPlans.map((p) => ({e, p, reviewDueOn: p.endedOn === null ? nextReview(p.startedOn, until) + (random.chance(0.12) ? 14 : 0) : null})));
  return {assessments, referrals, section47s, cinPlans};
}

/** Every twelve weeks from the start, the first after the export. */
const nextReview = (startedOn: Day, until: Day): Day => startedOn + 84 * (Math.floor(Math.max(until - startedOn, 0) / 84) + 1);

/** When something of a day was put on record: mostly the same day or the next working one, now and then the week after. */
function recorded(random: Random, on: Day, until: Day): Minute | null {
  const day = addWorkingDays(on, random.weighted([[0, 52], [1, 26], [2, 9], [3, 6], [6, 5], [12, 2]] as const));
  const at = day * DAY + random.int(9 * 60, 18 * 60);
  return day <= until ? at : null;
}

/** What the day team made of a night's work: mostly what the night expected. */
function byNight({outOfHours, contacts}: Known, {seed, until}: PracticeOptions): Written["outOfHours"] {
  const random = randomFor(seed, "day team");
  const taken = new Map(contacts.map((c) => [c.id, c]));
  const ofDay = (c: OutOfHoursContact): [outcome: string, at: Minute | null] => {
    const day = c.contactId === null ? undefined : taken.get(c.contactId);
    if (day) return [day.outcome ?? "", day.outcome === null ? null : day.decidedAt];
    if (c.handoverAt === null || !random.chance(0.9)) return ["", null];
    const at = addWorkingDays(dateOf(c.handoverAt), random.weighted([[0, 70], [1, 25], [3, 5]] as const)) * DAY + random.int(10 * 60, 17 * 60);
    const outcome = random.weighted(c.outcome === "No further action" ? ([["No further action", 90], ["Advice given", 6], ["Early help", 4]] as const) : ([["Information only", 48], ["No further action", 30], ["Advice given", 16], ["Early help", 6]] as const));
    return at > c.handoverAt && dateOf(at) <= until ? [outcome, at] : ["", null];
  };
  return outOfHours.map((c) => {
    const [dayOutcome, dayDecidedAt] = ofDay(c);
    const recordedAt = minuteBy(until, certain((c.respondedAt ?? c.receivedAt) + (random.chance(0.94) ? random.int(5, 180) : random.int(3, 6) * DAY)));
    return {c, dayOutcome, dayDecidedAt, recordedAt};
  });
}

function strategyRecords({strategyMeetings}: Known, {seed, until}: PracticeOptions): Written["strategyMeetings"] {
  const random = randomFor(seed, "strategy records");
  return strategyMeetings.map((m) => ({
    m,
    recordedAt: m.heldAt === null ? null : minuteBy(until, random.chance(0.6) ? m.heldAt + random.int(30, 300) : Math.max(recorded(random, dateOf(m.heldAt), until) ?? 0, m.heldAt + 60))
  }));
}

function visitRecords({episodes}: Known, {seed, until}: PracticeOptions): Written["visits"] {
  const random = randomFor(seed, "visit records");
  return episodes.flatMap((e) => e.visits.map((v) => ({e, v, recordedAt: recorded(random, v.on, until)})));
}

/** The plan is shared once for all the children of a meeting. */
function plansShared({cinMeetings}: Known, {seed, until}: PracticeOptions): Written["cinMeetings"] {
  const random = randomFor(seed, "plans shared");
  const sharedOn = new Map<string, Day | null>();
  for (const {id, heldOn} of cinMeetings) {
    if (heldOn === null || sharedOn.has(id)) continue;
    const on = addWorkingDays(heldOn, random.weighted([[1, 20], [3, 32], [5, 24], [8, 14], [15, 10]] as const));
    sharedOn.set(id, random.chance(0.88) && on <= until ? on : null);
  }
  return cinMeetings.map((m) => ({m, sharedOn: m.heldOn === null ? null : sharedOn.get(m.id)!}));
}

/** The worker who holds the case, now and then a second one, and the chair of its conferences, who belongs to no team. */
function involvementsOf({episodes}: Known, {seed, until}: PracticeOptions): Involvement[] {
  const random = randomFor(seed, "involvements");
  const chairs = Array.from({length: 8}, (_, i) => `W0${901 + i}`);
  return episodes.flatMap(({child, allocations, protectionPlans}) => {
    const held: Involvement[] = allocations.map((a) => ({child, worker: a.worker, team: a.team, role: "Allocated worker", from: a.from, to: a.to}));
    const [first] = allocations;
    if (first && random.chance(0.04)) {
      const from = first.from + random.int(1, 40);
      if (from <= Math.min(first.to ?? until, until)) held.push({child, worker: `${first.worker}B`, team: first.team, role: "Second social worker", from, to: first.to});
    }
    return [...held, ...protectionPlans.map((p): Involvement => ({child, worker: random.pick(chairs), team: null, role: "CP chair", from: p.startedOn, to: p.endedOn}))];
  });
}

function lastSeen({episodes}: Known, annex: List[]): Written["lastSeen"] {
  const known = new Set(episodes.flatMap((e) => e.visits.filter((v) => v.type === "CIN visit").map((v) => `${e.child.id} ${v.on}`)));
  return annex.filter((list) => list.recordSet === "cin_plan").flatMap((list) => list.rows.flatMap(({child, seenOn}) => (seenOn === undefined || seenOn === null || known.has(`${child.id} ${seenOn}`) ? [] : [{child, on: seenOn}])));
}
