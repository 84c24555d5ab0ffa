// Supervision, managers' decisions, screening tools and escalations. Pure.
import {FAMILIES_OF_CITY} from "./assurance.ts";
import {addMonths, addWorkingDays, civil, dateOf, DAY, monthsBetween, onOrNextWorkingDay, type Day, type Minute} from "./days.ts";
import {inOffice} from "./documents.ts";
import {siblingsOf, type PracticeOptions} from "./practice.ts";
import {pickWhere, randomFor} from "./random.ts";
import type {Services} from "./services.ts";
import type {Child, World} from "./world.ts";

export interface Supervision {
  child: Child;
  dueOn: Day;
  heldOn: Day | null;
  actions: number;
  done: number;
  worker: string;
  team: string;
}

export interface ManagementOversight {
  child: Child;
  at: Minute;
  kind: string;
}

export interface Screening {
  child: Child;
  tool: string;
  indicatorAt: Minute;
  completedAt: Minute | null;
  level: string;
  outcome: string;
  team: string | null;
}

/** One stage of an escalation. */
export interface Escalation {
  id: string;
  child: Child;
  raisedBy: string;
  against: string;
  stage: number;
  raisedAt: Minute;
  dueAt: Minute;
  resolvedAt: Minute | null;
  outcome: string;
}

export interface Oversight {
  supervisions: Supervision[];
  oversight: ManagementOversight[];
  screenings: Screening[];
  escalations: Escalation[];
}

export function makeOversight(world: World, services: Services, options: PracticeOptions): Oversight {
  return {
    supervisions: supervise(world, options),
    oversight: decide(world, services, options).sort((a, b) => a.at - b.at),
    screenings: screen(world, services, options),
    escalations: escalate(world, options)
  };
}

/** Four-weekly for every open case, six-weekly where it runs for years; siblings together. */
function supervise({episodes}: World, {seed, from, until}: PracticeOptions): Supervision[] {
  const random = randomFor(seed, "supervision");
  const ofCase = new Map<string, Omit<Supervision, "child">[]>();
  return episodes.flatMap((e) => {
    const [first] = e.allocations;
    if (!first || e.closedOn! < from) return [];
    let held = ofCase.get(e.id);
    if (!held) {
      ofCase.set(e.id, (held = []));
      const every = e.closedOn! - e.referredOn > 900 ? 42 : 28;
      let spell = 0;
      for (let dueOn = onOrNextWorkingDay(first.from + every); dueOn < e.closedOn! && dueOn <= until; dueOn = onOrNextWorkingDay(dueOn + every)) {
        while (e.allocations[spell + 1] && e.allocations[spell]!.to! < dueOn) spell++;
        const {worker, team} = e.allocations[spell]!;
        const late = random.weighted([[-6, 22], [-2, 28], [0, 22], [4, 12], [10, 7], [null, 9]] as const);
        if (dueOn < from) continue;
        const actions = random.int(0, 5);
        let done = 0;
        for (let i = 0; i < actions; i++) if (random.chance(0.78)) done++;
        held.push({dueOn, heldOn: late === null ? null : onOrNextWorkingDay(dueOn + late), actions, done, worker, team});
      }
    }
    const known = held.filter((s) => s.dueOn < e.closedOn!);
    return known.map((s) => ({...s, child: e.child}));
  });
}

const CLOSED = new Set(["No further action", "Advice given", "Information only"]);

function decide({contacts, outOfHours, episodes}: World, {missing}: Services, {seed, dials, from, until}: PracticeOptions): ManagementOversight[] {
  const random = randomFor(seed, "decisions");
  const found: ManagementOversight[] = [];
  const note = (child: Child, day: Day, kind: string) => found.push({child, at: inOffice(random, day), kind});
  const within = (day: Day, most: number) => addWorkingDays(day, random.int(0, most));

  // Contacts that add up: three closed ones, or two about neglect, in a year ask for a review.
  const before = new Map<Child, {closed: Day[]; neglect: Day[]}>();
  const assessedBetween = (child: Child, a: Day, b: Day) => child.episodes.some((e) => e.assessments.some((s) => s.startedOn >= a && s.startedOn <= b));
  for (const c of contacts) {
    const day = dateOf(c.receivedAt);
    for (const child of c.children) {
      let theirs = before.get(child);
      if (!theirs) before.set(child, (theirs = {closed: [], neglect: []}));
      const adds = (days: Day[], counts: boolean, enough: number, known: Day) => {
        if (!counts || days.at(-1) === day) return;
        while (days.length > 0 && addMonths(days[0]!, 12) <= day) days.shift();
        days.push(day);
        if (days.length >= enough && !assessedBetween(child, days[0]!, known) && random.chance(0.66)) note(child, within(known, 4), random.chance(0.7) ? "Cumulative review" : "Chronology reviewed");
      };
      adds(theirs.closed, c.outcome !== null && CLOSED.has(c.outcome), 3, dateOf(Math.max(c.decidedAt ?? c.receivedAt, c.receivedAt)));
      adds(theirs.neglect, c.issue === "Neglect", 2, day);
    }
    // Brothers and sisters who are not on the contact.
    if (random.chance(0.62)) for (const other of siblingsOf(c.children[0]!, day)) if (!c.children.includes(other)) note(other, within(day, 4), "Decision on brothers and sisters");
  }

  // Rising risk: the second new event within 90 days, and every one after it, on a case that is open.
  const events = new Map<Child, Day[]>();
  const happened = (child: Child, day: Day) => { const days = events.get(child); if (days) days.push(day); else events.set(child, [day]); };
  for (const c of contacts) for (const child of c.children) if (child.episodes.length > 0) happened(child, dateOf(c.receivedAt));
  for (const c of outOfHours) if (c.contactId === null) for (const child of c.children) if (child.episodes.length > 0) happened(child, dateOf(c.receivedAt));
  for (const m of missing) happened(m.child, dateOf(m.startedAt));
  for (const [child, days] of events) {
    days.sort((a, b) => a - b);
    days.forEach((day, i) => {
      const last = days[i - 1];
      if (last === undefined || last === day || day - last > 90) return;
      if (random.chance(dials.riskDecided(0.84, {day, locality: child.family.locality}))) note(child, within(day, 8), "Decision on rising risk");
    });
  }

  // Drift: plans that run on past nine months ask for a senior review every quarter.
  for (const e of episodes) {
    for (const plan of e.cinPlans) {
      for (let day = onOrNextWorkingDay(addMonths(plan.startedOn, 9) + random.int(-12, 20)); day < Math.min(plan.endedOn!, until); day = onOrNextWorkingDay(day + random.int(62, 95))) {
        if (day >= from && random.chance(0.72)) note(e.child, day, random.chance(0.8) ? "Drift review by a senior manager" : "Senior manager case review");
      }
    }
  }
  const seen = new Set<string>();
  return found.filter((m) => dateOf(m.at) >= from && !seen.has(`${m.child.id} ${m.at} ${m.kind}`) && seen.add(`${m.child.id} ${m.at} ${m.kind}`));
}

const EXPLOITATION = new Set(["Child sexual exploitation", "Child criminal exploitation"]);
/** Child sexual and criminal exploitation, gangs, trafficking. */
const EXPLOITED = new Set(["11A", "12A", "13A", "24A"]);

function screen({contacts, outOfHours, episodes}: World, {missing}: Services, {seed, from}: PracticeOptions): Screening[] {
  const random = randomFor(seed, "screenings");
  const found: Screening[] = [];
  const teamOn = (child: Child, day: Day) => child.episodes.find((e) => e.referredOn <= day && e.closedOn! >= day)?.team ?? null;
  const indicated: {child: Child; at: Minute}[] = [
    ...missing.map((m) => ({child: m.child, at: m.startedAt})),
    ...[...contacts, ...outOfHours].filter((c) => EXPLOITATION.has(c.issue)).flatMap((c) => c.children.map((child) => ({child, at: c.receivedAt}))),
    ...episodes.flatMap((e) => e.assessments.filter((a) => a.startedOn >= from && a.authorisedOn !== null && a.factors.some((f) => EXPLOITED.has(f))).map((a) => ({child: e.child, at: a.authorisedOn! * DAY + 10 * 60})))
  ].sort((a, b) => a.at - b.at);
  const last = new Map<Child, Minute>();
  for (const {child, at} of indicated) {
    if (at - (last.get(child) ?? -1e9) < 12 * DAY) continue;
    last.set(child, at);
    const day = dateOf(at);
    const completedAt = random.chance(0.86) ? inOffice(random, addWorkingDays(day, random.weighted([[1, 22], [3, 34], [5, 20], [8, 14], [15, 10]] as const))) : null;
    const level = random.weighted([["None", 22], ["Low", 36], ["Medium", 29], ["High", 13]] as const);
    const outcome = level === "High" ? random.weighted([["Multi-agency exploitation panel", 55], ["Strategy meeting", 40], ["National referral mechanism", 5]] as const) : level === "Medium" ? random.weighted([["Support plan", 60], ["Multi-agency exploitation panel", 25], ["Referral to social care", 15]] as const) : level === "Low" ? "Monitor" : "No action needed";
    found.push({child, tool: random.weighted([["Child exploitation screening tool", 70], ["CCE screening", 18], ["CSE screening", 12]] as const), indicatorAt: at, completedAt, level, outcome, team: teamOn(child, day)});
  }
  for (const e of episodes) {
    for (const a of e.assessments) {
      if (a.startedOn < from || !a.factors.includes("16A") || !random.chance(0.46)) continue;
      const day = Math.min(addWorkingDays(a.startedOn, random.int(3, 25)), a.authorisedOn!);
      found.push({child: e.child, tool: random.chance(0.8) ? "GCP2" : "Neglect screening tool", indicatorAt: a.startedOn * DAY + 9 * 60, completedAt: inOffice(random, day), level: random.weighted([["Low", 30], ["Medium", 45], ["High", 25]] as const), outcome: random.weighted([["Support plan", 70], ["Monitor", 20], ["Strategy meeting", 10]] as const), team: e.team});
    }
  }
  return found.sort((a, b) => a.indicatorAt - b.indicatorAt);
}

/** Escalations that agencies raise in a month, for 50,000 children. */
const RAISED: Record<string, number> = {School: 3.1, Health: 2.6, Police: 1.4, "Early help": 1.1, "Children's social care": 1.2, Probation: 0.6, Housing: 0.4, CAMHS: 0.5};
const STAGE_DAYS = [2, 5, 2];

function escalate({episodes, families}: World, {seed, dials, from, until}: PracticeOptions): Escalation[] {
  const random = randomFor(seed, "escalations");
  const open = episodes.filter((e) => e.cinPlans.length + e.protectionPlans.length > 0 && e.closedOn! >= from);
  const scale = families.length / FAMILIES_OF_CITY;
  const found: Escalation[] = [];
  let numbered = 0;
  for (const {first, last} of monthsBetween(from, until)) {
    for (const [agency, usual] of Object.entries(RAISED)) {
      for (let n = random.poisson(dials.escalates(usual * scale, {day: first, agency})); n > 0; n--) {
        const drawn = pickWhere(random, open, (e) => e.referredOn < first && e.closedOn! > last);
        if (!drawn) continue;
        const {child} = drawn;
        const against = agency === "Children's social care" ? random.weighted([["Health", 45], ["Police", 30], ["School", 25]] as const) : random.chance(0.9) ? "Children's social care" : "Health";
        let raisedAt = inOffice(random, onOrNextWorkingDay(random.int(first, Math.min(last, until))));
        const id = `ESC${civil(dateOf(raisedAt)).year}-${String(1000 + numbered++)}`;
        for (let stage = 1; stage <= 3; stage++) {
          const days = STAGE_DAYS[stage - 1]!;
          const dueAt = stage === 1 ? raisedAt + 2 * DAY : addWorkingDays(dateOf(raisedAt), days) * DAY + 17 * 60;
          const settled = random.chance(stage === 3 ? 0.97 : 0.7);
          const resolvedAt = settled ? inOffice(random, addWorkingDays(dateOf(raisedAt), random.weighted([[1, 45], [2, 33], [days + 1, 14], [days + 4, 8]] as const))) : null;
          found.push({id, child, raisedBy: agency, against, stage, raisedAt, dueAt, resolvedAt, outcome: settled ? random.weighted([["Resolved", 82], ["Decision upheld after review", 13], ["Withdrawn", 5]] as const) : stage < 3 ? "Moved to next stage" : "Still open"});
          if (settled) break;
          raisedAt = inOffice(random, addWorkingDays(dateOf(dueAt), random.int(0, 2)));
          if (raisedAt < dueAt) raisedAt = dueAt + 30;
        }
      }
    }
  }
  return found.sort((a, b) => a.raisedAt - b.raisedAt);
}

