// What follows a referral: assessment, visits, plans, enquiries, meetings, closure. Pure: draws on the Random it is given and returns new records.
import {addWorkingDays, civil, DAY, dateOf, dayOf, isWorkingDay, onOrNextWorkingDay, type Day} from "./days.ts";
import type {Dials} from "./dials.ts";
import {CP_CATEGORIES, DISABILITIES_TEAM, FACTORS, teamOf, workersOf} from "./places.ts";
import type {Random} from "./random.ts";
import type {Assessment, Attendance, Child, CinMeeting, Episode, Plan, ProtectionPlan, Section47, StrategyMeeting, TransferIn, Visit} from "./world.ts";

export interface CaseMaker {
  random: Random;
  dials: Dials;
  /** Cases closed before this day are never exported: their visits and meetings are not worked out. */
  shownFrom: Day;
  strategyMeetings: StrategyMeeting[];
  cinMeetings: CinMeeting[];
  /** How many of each have a number so far. */
  numbered: {referrals: number; assessments: number};
}

/** The siblings of one referral share their timeline, never changed once made; each has an episode of their own. */
interface Timeline {
  assessments: Assessment[];
  section47s: (Section47 & {about: Child[]})[];
  transferIn: TransferIn | null;
  cinPlans: Plan[];
  protectionPlans: ProtectionPlan[];
  closedOn: Day;
  closureReason: string;
}

/** Opens one episode a child and returns them; meetings are added to the maker's lists. */
export function openCase(maker: CaseMaker, children: Child[], referredOn: Day, source: string, need: string): Episode[] {
  const {random} = maker;
  const family = children[0]!.family;
  const id = `R${String(310_000 + maker.numbered.referrals++)}`;
  if (random.chance(0.055)) {
    const closedOn = addWorkingDays(referredOn, random.int(0, 1));
    return children.map((child) => opened(child, {...EMPTY, id, child, referredOn, source, need, noFurtherAction: true, closedOn, closureReason: "RC7", team: null}));
  }
  const team = need === "N2" && children.some((c) => c.disabilities.length > 0) ? DISABILITIES_TEAM : teamOf(family.locality);
  const timeline = makeTimeline(maker, children, {referredOn, source, need, team});
  const firstSeen = timeToSeen(maker, referredOn, team, timeline.section47s[0]?.startedOn === referredOn);
  const allocations = allocate(random, team, referredOn, timeline.closedOn);
  const shown = timeline.closedOn >= maker.shownFrom;
  const planned = !shown ? [] : planVisits(random, timeline, referredOn, firstSeen);
  const episodes = children.map((child) => {
    const section47s = timeline.section47s.filter((s) => s.about.includes(child)).map(({about: _, ...s}) => s);
    // the code set keeps RC8 and RC9 for cases closed after an assessment and nothing else (rule 2990)
    const closureReason = section47s.length > 0 && ["RC8", "RC9"].includes(timeline.closureReason) ? "RC7" : timeline.closureReason;
    const episode = opened(child, {
      ...EMPTY,
      id,
      child,
      referredOn,
      source,
      need,
      team,
      allocations,
      assessments: timeline.assessments,
      section47s,
      transferIn: timeline.transferIn,
      cinPlans: timeline.cinPlans,
      protectionPlans: timeline.protectionPlans,
      visits: visitsTo(random, child, planned, allocations),
      closedOn: timeline.closedOn,
      closureReason
    });
    const adult = dayOf(civil(child.born).year + 18, civil(child.born).month, Math.min(civil(child.born).day, 28));
    if (episode.closedOn! > adult) endAt(episode, adult, child.disabilities.length > 0 ? "RC6" : "RC7");
    return episode;
  });
  for (const plan of shown ? timeline.cinPlans : []) addCinMeetings(maker, episodes, plan, family.locality);
  return episodes;
}

const EMPTY = {noFurtherAction: false, allocations: [], assessments: [], section47s: [], transferIn: null, cinPlans: [], protectionPlans: [], visits: []};

function opened(child: Child, episode: Episode): Episode {
  child.episodes.push(episode);
  return episode;
}

/** Ends an episode early, with all that belongs to it: the child's eighteenth birthday. */
function endAt(episode: Episode, day: Day, reason: string): void {
  const cut = <P extends Plan>(plans: P[]) => plans.filter((p) => p.startedOn < day).map((p) => ({...p, endedOn: Math.min(p.endedOn!, day)}));
  Object.assign(episode, {
    closedOn: day,
    closureReason: reason,
    allocations: episode.allocations.filter((a) => a.from <= day).map((a) => ({...a, to: Math.min(a.to!, day)})),
    assessments: episode.assessments.filter((a) => a.startedOn <= day).map((a) => ({...a, authorisedOn: a.authorisedOn === null ? null : Math.min(a.authorisedOn, day)})),
    section47s: episode.section47s.filter((s) => s.startedOn < day).map((s) => ({...s, icpcOn: s.icpcOn !== null && s.icpcOn <= day ? s.icpcOn : null})),
    transferIn: episode.transferIn && {...episode.transferIn, heldOn: episode.transferIn.heldOn !== null && episode.transferIn.heldOn <= day ? episode.transferIn.heldOn : null},
    cinPlans: cut(episode.cinPlans),
    protectionPlans: cut(episode.protectionPlans).map((p) => ({...p, reviews: p.reviews.filter((r) => r <= day)})),
    visits: episode.visits.filter((v) => v.on <= day)
  });
}

const ASSESSMENT_DAYS = [[[1, 10], 7], [[11, 20], 10], [[21, 30], 15], [[31, 40], 28], [[41, 45], 22], [[46, 50], 9], [[51, 60], 7], [[61, 85], 4]] as const;
const CLOSURES = [["RC7", 92], ["RC5", 3], ["RC3", 2.5], ["RC4", 1.5], ["RC2", 0.2], ["RC1", 0.3]] as const;

function makeTimeline(maker: CaseMaker, children: Child[], {referredOn, source, need, team}: {referredOn: Day; source: string; need: string; team: string}): Timeline {
  const {random} = maker;
  const timeline: Timeline = {assessments: [], section47s: [], transferIn: null, cinPlans: [], protectionPlans: [], closedOn: 0, closureReason: "RC7"};
  const disabled = team === DISABILITIES_TEAM;

  const trouble = need === "N1" && random.chance(0.55);
  let conference: Day | null = null;
  if (trouble) {
    const after = random.weighted([[0, 45], [1, 20], [2, 12], [6, 8], [12, 8], [20, 7]] as const);
    const startedOn = addWorkingDays(referredOn, after);
    const triggered = after > 0 && isWorkingDay(startedOn - 1) && random.chance(0.35) ? startedOn - 1 : startedOn;
    conference = addEnquiry(maker, timeline, children, {triggered, startedOn, team, caseOpen: after > 2, confers: 0.3});
  }
  const enquiry = timeline.section47s[0]?.startedOn ?? null;
  if (conference === null && random.chance(0.03)) return {...timeline, closedOn: addWorkingDays(enquiry ?? referredOn, random.int(3, 15)), closureReason: "RC7"}; // closed unassessed

  const startedOn = Math.min(addWorkingDays(referredOn, random.weighted([[0, 50], [1, 30], [2, 12], [3, 8]] as const)), enquiry ?? Infinity);
  const [low, high] = random.weighted(ASSESSMENT_DAYS);
  const authorisedOn = Math.max(addWorkingDays(referredOn, random.int(low, high)), addWorkingDays(startedOn, 1));
  const assessment = {id: assessmentId(maker), startedOn, authorisedOn, factors: factorsOf(random, need), outcome: "Child in need: services provided"};
  timeline.assessments.push(assessment);

  if (source === "5C" && conference === null && enquiry === null && random.chance(0.35)) {
    const heldOn = addWorkingDays(referredOn, random.weighted([[9, 15], [12, 25], [14, 25], [15, 20], [19, 15]] as const));
    timeline.transferIn = {notifiedOn: referredOn, dueOn: addWorkingDays(referredOn, 15), heldOn};
    if (random.chance(0.8)) return protect(maker, timeline, children, heldOn, Math.max(authorisedOn, heldOn), team);
  }
  if (conference !== null && random.chance(0.87)) return protect(maker, timeline, children, conference, Math.max(authorisedOn, conference), team);
  const settled = Math.max(authorisedOn, conference ?? 0, enquiry ?? 0, timeline.transferIn?.heldOn ?? 0);
  const path = disabled ? "plan" : random.weighted([["close", trouble ? 28 : 40], ["early help", 14], ["plan", trouble ? 58 : 46]] as const);
  if (path === "close") assessment.outcome = "No further action";
  if (path === "early help") assessment.outcome = "Step down to early help";
  if (path === "close") return {...timeline, closedOn: addWorkingDays(settled, random.int(0, 6)), closureReason: "RC8"};
  if (path === "early help") return {...timeline, closedOn: addWorkingDays(settled, random.int(1, 10)), closureReason: "RC9"};

  const planFrom = addWorkingDays(settled, random.int(0, 6));
  const planTo = planFrom + Math.round(disabled ? clamp(random.around(800, 0.6), 200, 2000) : clamp(random.around(150, 0.6), 35, 800));
  if (random.chance(0.38)) {
    // Something happens while the plan runs: a strategy meeting on an open case.
    const at = onOrNextWorkingDay(planFrom + random.int(14, Math.max(15, planTo - planFrom - 5)));
    const stepUp = addEnquiry(maker, timeline, children, {triggered: at, startedOn: at, team, caseOpen: true, confers: 0.42});
    if (stepUp !== null && random.chance(0.87)) {
      timeline.cinPlans.push({startedOn: planFrom, endedOn: stepUp});
      return protect(maker, timeline, children, stepUp, stepUp, team);
    }
  }
  timeline.cinPlans.push({startedOn: planFrom, endedOn: planTo});
  for (let again = addWorkingDays(authorisedOn, 230); again < planTo - 80; again = addWorkingDays(again, 240)) {
    timeline.assessments.push({id: assessmentId(maker), startedOn: again, authorisedOn: addWorkingDays(again, random.int(20, 50)), factors: factorsOf(random, need), outcome: "Child in need: services provided"});
  }
  const closedOn = Math.max(planTo, ...timeline.section47s.map((s) => (s.icpcOn ?? s.startedOn) + 1));
  return {...timeline, closedOn, closureReason: random.weighted(CLOSURES)};
}

const assessmentId = ({numbered}: CaseMaker) => `A${String(520_000 + numbered.assessments++)}`;

/** A child protection plan from the conference on, and what comes after it. `notBefore` keeps closure after the first assessment. */
function protect(maker: CaseMaker, timeline: Timeline, children: Child[], conference: Day, notBefore: Day, team: string): Timeline {
  const {random} = maker;
  const endedOn = Math.max(conference + Math.round(clamp(random.around(270, 0.45), 85, 850)), notBefore + 1);
  const reviews: Day[] = [];
  for (let at = onOrNextWorkingDay(conference + random.int(70, 95)); at < endedOn; at = onOrNextWorkingDay(at + random.int(150, 190))) reviews.push(at);
  const previous = random.chance(0.23) ? random.int(1, 2) : 0;
  timeline.protectionPlans.push({startedOn: conference, endedOn, category: random.weighted(CP_CATEGORIES), previous, reviews});
  if (random.chance(0.12)) {
    const at = onOrNextWorkingDay(conference + random.int(20, 80));
    addEnquiry(maker, timeline, children, {triggered: at, startedOn: at, team, caseOpen: true, confers: 0});
  }
  if (!random.chance(0.65)) return {...timeline, closedOn: endedOn, closureReason: random.weighted(CLOSURES)};
  const planTo = endedOn + Math.round(clamp(random.around(95, 0.4), 30, 300));
  timeline.cinPlans.push({startedOn: endedOn, endedOn: planTo});
  return {...timeline, closedOn: planTo, closureReason: random.weighted(CLOSURES)};
}

/** A strategy meeting and, mostly, the section 47 enquiry it starts. Returns the day of the initial conference, if one follows. */
function addEnquiry(maker: CaseMaker, timeline: Timeline, children: Child[], at: {triggered: Day; startedOn: Day; team: string; caseOpen: boolean; confers: number}): Day | null {
  const {random} = maker;
  const {triggered, startedOn, team, caseOpen} = at;
  const about = children.filter((_, i) => i === 0 || random.chance(0.8));
  const enquiry = !timeline.section47s.some((s) => s.startedOn === startedOn) && random.chance(caseOpen ? 0.72 : 0.8);
  const held = enquiry || random.chance(0.93);
  const triggeredAt = triggered * DAY + random.int(9 * 60, 15 * 60);
  const heldAt = Math.max(triggeredAt + random.int(30, 150), startedOn * DAY + random.int(9 * 60, 16 * 60 + 30));
  const meetingId = `SM${String(40_000 + maker.strategyMeetings.length)}`;
  maker.strategyMeetings.push({
    id: meetingId,
    children: about,
    team,
    triggeredAt,
    heldAt: held ? heldAt : null,
    caseOpen,
    outcome: !held ? "Not held" : enquiry ? random.weighted([["Section 47 enquiry - joint", 60], ["Section 47 enquiry - single agency", 40]] as const) : random.weighted([["Section 17", 70], ["No further action", 30]] as const),
    section47On: enquiry ? startedOn : null,
    attendance: held ? attendanceAt(maker, about, dateOf(heldAt), caseOpen, team) : []
  });
  if (!enquiry) return null;
  const confers = random.chance(at.confers);
  const icpcOn = confers ? addWorkingDays(startedOn, random.chance(0.84) ? random.weighted([[9, 10], [11, 15], [12, 15], [13, 20], [14, 25], [15, 15]] as const) : random.int(16, 28)) : null;
  timeline.section47s.push({startedOn, icpcNotRequired: !confers, icpcDueOn: confers ? addWorkingDays(startedOn, 15) : null, icpcOn, strategyMeetingId: meetingId, about: confers ? children : about});
  return icpcOn;
}

const PRESENT = [["Video", 66], ["In person", 16], ["Telephone", 18]] as const;

function attendanceAt(maker: CaseMaker, children: Child[], day: Day, caseOpen: boolean, team: string): Attendance[] {
  const {random, dials} = maker;
  const age = (day - children[0]!.born) / 365.25;
  const rows: Attendance[] = [];
  const come = (agency: string, role: string, chance: number, missed: readonly (readonly [string, number])[]) =>
    rows.push({agency, role, invited: random.chance(0.985) ? true : null, attended: random.chance(chance) ? random.weighted(PRESENT) : random.weighted(missed)});
  const MISSED = [["Apologies", 40], ["Absent", 25], ["Information only", 25], ["Part of meeting", 10]] as const;
  rows.push({agency: "Children's social care", role: "Chair", invited: true, attended: random.weighted(PRESENT)});
  come("Police", "Practitioner", 0.93, MISSED);
  const health = age < 0 ? "Midwifery" : age < 5 ? "Health visitor" : "School nurse";
  if (random.chance(dials.healthInvited(0.94, {day, caseOpen, team}))) {
    come(health, "Practitioner", 0.86, MISSED);
    if (random.chance(0.3)) come(random.weighted([["Paediatrician", 50], ["GP", 30], ["CAMHS", 20]] as const), "Practitioner", 0.7, MISSED);
  } else if (random.chance(0.6)) rows.push({agency: health, role: "Practitioner", invited: false, attended: null});
  if (age >= 4 && random.chance(0.8)) come("School", "Safeguarding lead", 0.76, MISSED);
  if (random.chance(0.12)) come("Probation", "Practitioner", 0.7, MISSED);
  if (random.chance(0.08)) come("Housing", "Practitioner", 0.6, MISSED);
  if (random.chance(0.1)) come("Early help", "Practitioner", 0.8, MISSED);
  return rows;
}

function factorsOf(random: Random, need: string): string[] {
  const found = FACTORS.filter(([, share]) => random.chance(share)).map(([factor]) => factor);
  if (need === "N2" && !found.includes("5A")) found.push("5A");
  return found.length > 0 ? found : [random.chance(0.5) ? "20" : "21"];
}

// ---------------------------------------------------------------------------------------------------------------------
// Being seen

const DAYS_TO_SEEN = [[0, 9], [1, 17], [2, 19], [3, 18], [4, 13], [5, 9], [6, 4.5], [7, 3], [8, 2], [9, 1.5], [11, 1.5], [14, 1], [18, 0.5], [25, 0.5]] as const;

/** Working days from referral to the first child being seen; null when nobody ever is. */
function timeToSeen({random, dials}: CaseMaker, referredOn: Day, team: string, urgent: boolean): number | null {
  const usual = urgent ? random.weighted([[0, 55], [1, 35], [2, 7], [4, 3]] as const) : random.weighted(DAYS_TO_SEEN);
  const days = dials.daysToSeen(usual, {day: referredOn, team, urgent});
  return random.chance(0.015) ? null : days;
}

interface PlannedVisit {
  on: Day;
  type: Visit["type"];
  seen: number; // chance that a child is seen
}

function planVisits(random: Random, timeline: Timeline, referredOn: Day, firstSeen: number | null): PlannedVisit[] {
  const visits: PlannedVisit[] = [];
  const last = timeline.closedOn;
  if (firstSeen !== null) {
    const on = addWorkingDays(referredOn, firstSeen);
    if (firstSeen > 2 && random.chance(0.3)) visits.push({on: addWorkingDays(referredOn, firstSeen - 2), type: "Assessment", seen: 0});
    visits.push({on, type: "Assessment", seen: 0.97});
    const until = timeline.assessments[0]?.authorisedOn ?? on;
    for (let at = addWorkingDays(on, random.int(8, 14)); at < until; at = addWorkingDays(at, random.int(9, 16))) visits.push({on: at, type: "Assessment", seen: 0.92});
  }
  const every = (plan: Plan, type: Visit["type"], low: number, high: number) => {
    for (let at = addWorkingDays(plan.startedOn, random.int(3, high)); at < plan.endedOn!; at = addWorkingDays(at, random.int(low, high))) {
      if (!random.chance(0.06)) visits.push({on: at, type, seen: 0.93});
    }
  };
  for (const plan of timeline.cinPlans) every(plan, "CIN visit", plan.endedOn! - plan.startedOn > 800 ? 26 : 13, plan.endedOn! - plan.startedOn > 800 ? 34 : 21);
  for (const plan of timeline.protectionPlans) every(plan, "CP visit", 7, 11);
  const days = new Set<Day>();
  return visits.sort((a, b) => a.on - b.on).filter((v) => v.on < last && !days.has(v.on) && days.add(v.on));
}

function visitsTo(random: Random, child: Child, planned: PlannedVisit[], allocations: Episode["allocations"]): Visit[] {
  const talks = (on: Day) => on - child.born > 4 * 365;
  return planned.map(({on, type, seen}) => {
    const isSeen = random.chance(seen);
    const worker = allocations.find((a) => a.from <= on && (a.to === null || on <= a.to))?.worker ?? allocations[0]!.worker;
    return {on, type, seen: isSeen, alone: isSeen && talks(on) && random.chance(0.62), worker};
  });
}

/** One worker after another, all of one team. */
function allocate(random: Random, team: string, referredOn: Day, closedOn: Day): Episode["allocations"] {
  const workers = workersOf(team);
  const spells: Episode["allocations"] = [];
  let from = Math.min(addWorkingDays(referredOn, random.weighted([[0, 55], [1, 32], [2, 8], [4, 5]] as const)), closedOn);
  let worker = random.pick(workers);
  while (from < closedOn || spells.length === 0) {
    const to = Math.min(closedOn, from + Math.round(random.around(260, 0.8)) + 20);
    spells.push({worker, team, from, to});
    from = to + 1;
    worker = random.pick(workers.filter((w) => w !== worker));
  }
  return spells;
}

// ---------------------------------------------------------------------------------------------------------------------
// Child-in-need meetings

function addCinMeetings(maker: CaseMaker, episodes: Episode[], plan: Plan, locality: string): void {
  const {random, dials} = maker;
  let due = addWorkingDays(plan.startedOn, 6);
  for (let type: CinMeeting["type"] = "Planning"; due < plan.endedOn!; type = "Review") {
    const day = onOrNextWorkingDay(due + random.weighted([[-5, 26], [0, 50], [3, 14], [8, 10]] as const));
    const takesPlace = day < plan.endedOn! && day > plan.startedOn && random.chance(dials.cinMeetingHeld(0.9, {day, locality}));
    const cancelled = takesPlace ? null : random.chance(0.7) ? random.weighted([["Worker absent", 35], ["Family could not attend", 30], ["No worker allocated", 15], ["Venue or system", 5], ["Partner could not attend", 15]] as const) : null;
    const meeting = {id: `CM${String(700_000 + maker.cinMeetings.length)}`, type, dueOn: due, heldOn: takesPlace ? day : null, cancelled};
    for (const episode of episodes) {
      if (episode.cinPlans.some((p) => p.startedOn === plan.startedOn && day < p.endedOn!)) maker.cinMeetings.push({...meeting, episode});
    }
    due = onOrNextWorkingDay(due + random.int(42, 70));
  }
}

const clamp = (n: number, low: number, high: number) => Math.min(high, Math.max(low, n));
