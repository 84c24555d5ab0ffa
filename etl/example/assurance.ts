// Quality assurance and staff: audits, their actions and plans, training, staffing, reviews of delays, commentary, improvement actions, partners' figures. Pure.
import {addMonths, addWorkingDays, civil, monthOf, monthsBetween, onOrNextWorkingDay, type Day} from "./days.ts";
import {TEAMS} from "./places.ts";
import type {PracticeOptions} from "./practice.ts";
import {pickWhere, randomFor} from "./random.ts";
import type {World} from "./world.ts";

/** One domain, or one check, of one audit. */
export interface Audit {
  id: string;
  childId: string;
  type: string;
  selection: "Random" | "Targeted";
  on: Day;
  practiceFrom: Day;
  practiceTo: Day;
  agency: string;
  team: string;
  auditor: string;
  domain: string;
  grade: number | null;
  moderated: number | null;
  check: string | null;
  result: string | null;
}

export interface AuditAction {
  id: string;
  auditId: string;
  on: Day;
  domain: string;
  owner: string;
  dueOn: Day;
  closedOn: Day | null;
}

export interface Assurance {
  audits: Audit[];
  auditActions: AuditAction[];
  auditPlans: {period: string; first: Day; agency: string; planned: number}[];
  training: {agency: string; course: string; period: string; last: Day; completed: number; inScope: number}[];
  workforce: {team: string; month: Day; fte: number; vacancies: number; agency: number}[];
  delayReviews: {measure: string; caseId: string; on: Day; cause: string; safe: boolean; action: string; owner: string; dueOn: Day}[];
  commentary: {measure: string; period: string; role: string; words: string; on: Day}[];
  improvements: {id: string; finding: string; owner: string; dueOn: Day; status: string; evidence: string}[];
  partnerReturns: {indicator: string; period: string; area: string; numerator: number; denominator: number; source: string; last: Day}[];
}

export function makeAssurance(world: World, options: PracticeOptions): Assurance {
  const audits = makeAudits(world, options);
  return {
    audits,
    auditActions: actionsOf(audits, options),
    auditPlans: monthsBetween(options.from, options.until).flatMap(({month, first}) => Object.entries(AUDITS_A_MONTH).map(([agency, [planned]]) => ({period: month, first, agency, planned}))),
    training: makeTraining(options),
    workforce: makeWorkforce(world, options),
    delayReviews: reviewDelays(world, options),
    commentary: commentary(options),
    improvements: improvements(options),
    partnerReturns: partnerReturns(options)
  };
}

/** Agency → audits planned a month, and how many of them are done. */
const AUDITS_A_MONTH: Record<string, [planned: number, done: number]> = {"Children's social care": [12, 0.96], Police: [2, 0.85], Health: [2, 0.7], Education: [2, 0.55]};
const DOMAINS = ["Threshold and decision rationale", "Prioritisation of risk", "Analysis in the assessment", "Cumulative harm", "Voice and lived experience", "Plan: specific, shared, with a contingency", "Supervision and management oversight"];
const CHECKS: [check: string, domain: string][] = [
  ["The threshold decision was right", "Threshold and decision rationale"],
  ["The reason for the decision is recorded", "Threshold and decision rationale"],
  ["The risk grade was right", "Prioritisation of risk"],
  ["The child's views shaped the decision", "Voice and lived experience"]
];

function makeAudits({episodes}: World, {seed, dials, from, until}: PracticeOptions): Audit[] {
  const random = randomFor(seed, "audits");
  const audited: {childId: string; team: string; on: Day; good: boolean}[] = [];
  const rows: Audit[] = [];
  let numbered = 0;
  const worked = episodes.filter((e) => e.team !== null && e.closedOn! >= from && e.assessments.length > 0);
  for (const {first, last} of monthsBetween(from, until)) {
    for (const [agency, [planned, done]] of Object.entries(AUDITS_A_MONTH)) {
      for (let n = 0; n < planned; n++) {
        if (!random.chance(done)) continue;
        const selection = agency === "Children's social care" && n >= 8 ? "Targeted" : n % 2 === 1 && agency !== "Children's social care" ? "Targeted" : "Random";
        const on = onOrNextWorkingDay(random.int(first, last - 4));
        const before = agency === "Children's social care" && n === 7 ? audited.find((a) => a.on < on - 170 && !a.good) : undefined;
        if (before) audited.splice(audited.indexOf(before), 1);
        const drawn = pickWhere(random, worked, (e) => e.referredOn < first && e.closedOn! > first - 120);
        if (!drawn) continue;
        const {child, team} = drawn;
        const good = random.chance(before ? 0.72 : dials.auditedGood(0.7, {day: on, selection}));
        const audit = {
          id: `QA${civil(on).year}-${String(500 + numbered++)}`, childId: before?.childId ?? child.id, selection, on,
          type: before ? "Re-audit" : agency !== "Children's social care" ? "Multi-agency audit" : selection === "Random" ? "Single-agency audit" : "Dip sample",
          practiceFrom: addMonths(on, -6), practiceTo: on - 10, agency, team: before?.team ?? team!, auditor: agency === "Children's social care" ? random.pick(["Team manager", "Senior manager", "Quality assurance officer"]) : "Partner agency"
        } as const;
        const grade = () => (random.chance(good ? 0.86 : 0.16) ? (random.chance(0.14) ? 4 : 3) : random.chance(0.2) ? 1 : 2);
        const overall = good ? (random.chance(0.12) ? 4 : 3) : random.chance(0.2) ? 1 : 2;
        const isModerated = random.chance(0.35);
        const moderated = (given: number) => (isModerated ? Math.min(4, Math.max(1, given + random.weighted([[0, 78], [-1, 17], [1, 5]] as const))) : null);
        rows.push({...audit, domain: "Overall", grade: overall, moderated: isModerated ? overall : null, check: null, result: null});
        for (const domain of DOMAINS) {
          const given = grade();
          rows.push({...audit, domain, grade: given, moderated: moderated(given), check: null, result: null});
        }
        for (const [check, domain] of CHECKS) rows.push({...audit, domain, grade: null, moderated: null, check, result: random.chance(0.05) ? "Not applicable" : random.chance(good ? 0.93 : 0.66) ? "Yes" : "No"});
        audited.push({childId: audit.childId, team: audit.team, on, good});
      }
    }
  }
  return rows;
}

/** Whatever was found wanting asks for one or two actions. */
function actionsOf(audits: Audit[], {seed}: PracticeOptions): AuditAction[] {
  const random = randomFor(seed, "audit actions");
  let numbered = 0;
  return audits.flatMap((a) => {
    if (a.grade === null || a.grade > 2 || a.domain === "Overall" || !random.chance(0.7)) return [];
    const dueOn = addWorkingDays(a.on, random.pick([10, 20, 40]));
    const closedOn = random.chance(0.93) ? onOrNextWorkingDay(dueOn + random.weighted([[-12, 40], [-3, 33], [6, 15], [30, 12]] as const)) : null;
    return [{id: `AA${String(3_000 + numbered++)}`, auditId: a.id, on: a.on, domain: a.domain, owner: a.agency, dueOn, closedOn: closedOn !== null && closedOn <= a.on ? a.on + 1 : closedOn}];
  });
}

const STAFF: Record<string, number> = {"Children's social care": 168, Police: 90, Health: 210, Education: 380, Probation: 45, "Early help": 70, Housing: 40, "Voluntary organisation": 120};
const COURSES: [course: string, reach: number][] = [["Trauma and adverse childhood experiences", 0.8], ["Child exploitation", 0.76], ["Children's mental health", 0.7], ["Neglect", 0.66], ["Thresholds and consent", 0.84]];

/** Counts a quarter, with an agency's own steadiness. */
function makeTraining({seed, from, until}: PracticeOptions): Assurance["training"] {
  const random = randomFor(seed, "training");
  const steadiness = Object.fromEntries(Object.keys(STAFF).map((agency) => [agency, 0.82 + 0.25 * random.next()]));
  return monthsBetween(from, until)
    .filter(({month}) => Number(month.slice(5)) % 3 === 1)
    .flatMap(({first}) => {
      const {year, month} = civil(first);
      const last = addMonths(first, 3) - 1;
      return Object.entries(STAFF).flatMap(([agency, staff]) =>
        COURSES.map(([course, reach]) => {
          const inScope = Math.round(staff * (0.9 + 0.2 * random.next()));
          return {agency, course, period: `${year} Q${(month + 2) / 3}`, last, completed: Math.min(inScope, Math.round(inScope * reach * steadiness[agency]! * (0.93 + 0.14 * random.next()))), inScope};
        })
      );
    });
}

/** Posts follow the cases of the city, about fifteen to a worker. */
function makeWorkforce({families}: World, {seed, from, until}: PracticeOptions): Assurance["workforce"] {
  const random = randomFor(seed, "workforce");
  const scale = Math.max(families.length / FAMILIES_OF_CITY, 0.05);
  const half = (n: number) => Math.round(n * 2) / 2;
  return TEAMS.flatMap((team) => {
    const posts = half((team.includes("disabilities") ? 13 : 17 + random.int(-3, 4)) * scale);
    let vacant = half(posts * (0.08 + 0.1 * random.next()));
    return monthsBetween(from, until).map(({first}) => {
      vacant = half(Math.min(posts * 0.35, Math.max(0, vacant + random.weighted([[-1, 25], [-0.5, 15], [0, 30], [0.5, 15], [1, 15]] as const))));
      return {team, month: first, fte: posts - vacant, vacancies: vacant, agency: half(vacant * (0.4 + 0.4 * random.next()))};
    });
  });
}

/** Families that the default city is made of; what is not about one family is scaled by it. */
export const FAMILIES_OF_CITY = 35_000;

const CAUSES = [["Worker or team capacity", 30], ["Family could not be reached or rearranged", 22], ["Late allocation", 12], ["Done on time, recorded late", 12], ["Waiting for a partner agency", 12], ["Waiting for management sign-off", 8], ["Purposeful delay, agreed and recorded", 4]] as const;
const ACTIONS = ["Visit arranged", "Recorded with its true date", "Raised with the team manager", "Allocated to another worker", "Partner reminded", "Nothing more to do"];

/** A reviewer looks at a few children a month who were seen late; the case is named as the work list names it. */
function reviewDelays({episodes}: World, {seed, from, until}: PracticeOptions): Assurance["delayReviews"] {
  const random = randomFor(seed, "delay reviews");
  const late = episodes.filter((e) => {
    const seen = e.visits.find((v) => v.seen);
    return !e.noFurtherAction && e.referredOn >= Math.max(from, until - 400) && (!seen || seen.on > addWorkingDays(e.referredOn, 5));
  });
  return late.filter(() => random.chance(0.2)).map((e) => {
    const on = addWorkingDays(e.referredOn, random.int(8, 25));
    const cause = random.weighted(CAUSES);
    return {measure: "A4a", caseId: `${e.id}/${e.child.id}`, on, cause, safe: random.chance(0.97), action: random.pick(ACTIONS), owner: "Team manager", dueOn: addWorkingDays(on, 5)};
  });
}

function commentary({until}: PracticeOptions): Assurance["commentary"] {
  const lastMonth = until - civil(until).day;
  const said = (monthsBack: number, measure: string, role: string, words: string) => {
    const day = addMonths(lastMonth, -monthsBack);
    return {measure, period: monthOf(day), role, words, on: onOrNextWorkingDay(addMonths(day - civil(day).day + 1, 1) + 6)};
  };
  return [
    said(0, "S2a", "Head of service", "Health is missed on open cases because the team, not the MASH, calls the meeting. The invitation list goes into the system in May."),
    said(1, "N3", "Head of service", "Eastbrook lost three of its five conference rooms and two managers; meetings restart under a relief manager."),
    said(1, "R5", "Director of children's services", "Families closed to early help come back more often. A joint review of thresholds with the family hubs begins this month."),
    said(2, "C2", "MASH manager", "The Christmas weeks were covered by two screeners instead of four."),
    said(7, "A4a", "Team manager", "Quayside is back to its usual pace after the vacancies were filled.")
  ].filter((c) => c.on <= until);
}

function improvements({until}: PracticeOptions): Assurance["improvements"] {
  const rows: [finding: string, owner: string, months: number, status: string, evidence: string][] = [
    ["P-A1", "Head of safeguarding", 2, "In progress", "Invitation list agreed with the health provider; not yet in the system"],
    ["L-A3", "Quality assurance lead", -3, "Complete", "Random and targeted audits reported apart since last autumn"],
    ["F-A2", "MASH manager", 4, "In progress", "Three contacts in a year now open a review form"],
    ["F-S1", "Head of service", -8, "Complete and evidenced", "Dip samples of threshold decisions over four quarters"],
    ["D-A3", "Principal social worker", 1, "In progress", "Supervision log in use in all seven teams"],
    ["D-A6", "Team manager", 5, "Not started", ""],
    ["O-A4", "MASH manager", -1, "In progress", "Screening times back within a day in most weeks"],
    ["L-A1", "Partnership board", 6, "Not started", ""],
    ["P-A2", "Partnership board", -6, "Stopped", "Replaced by the shared mailbox"]
  ];
  return rows.map(([finding, owner, months, status, evidence], i) => ({id: `IA${String(101 + i)}`, finding, owner, dueOn: addMonths(until, months), status, evidence}));
}

/** What no case record holds: figures that partners send ready-made, by quarter. */
function partnerReturns({seed, from, until}: PracticeOptions): Assurance["partnerReturns"] {
  const random = randomFor(seed, "partner returns");
  const INDICATORS: [indicator: string, source: string, of: number, share: number][] = [
    ["Care leavers in suitable accommodation", "Housing and leaving care return", 240, 0.88],
    ["Children waiting more than 18 weeks for CAMHS", "NHS trust return", 620, 0.31],
    ["Pupils in need persistently absent", "Education return", 900, 0.42],
    ["Domestic abuse incidents with children present", "Police return", 1450, 0.38]
  ];
  return monthsBetween(from, until).filter(({month}) => Number(month.slice(5)) % 3 === 1).flatMap(({first}) => {
    const {year, month} = civil(first);
    return INDICATORS.map(([indicator, source, of, share]) => {
      const denominator = Math.round(of * (0.9 + 0.2 * random.next()));
      return {indicator, period: `${year} Q${(month + 2) / 3}`, area: "Marlhaven", numerator: Math.round(denominator * share * (0.92 + 0.16 * random.next())), denominator, source, last: addMonths(first, 3) - 1};
    });
  });
}

