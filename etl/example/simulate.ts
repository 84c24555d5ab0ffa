// Six years of the city, day by day, of which the exports show the last three. Pure: the same seed, end and size give the same world.
import {makeFamilies} from "./city.ts";
import {openCase, type CaseMaker} from "./case.ts";
import {
  addMonths, addWorkingDays, certain, civil, dateOf, DAY, isWorkingDay, monthsBetween, onOrNextWorkingDay, utc, wall, weekday,
  type Day, type Minute
} from "./days.ts";
import {dialsOf, type Story} from "./dials.ts";
import {censusYearFrom} from "./known.ts";
import {ISSUES, NEEDS, NIGHT_SOURCE_WORDS, OTHER_CONTACT_SOURCES, OUT_OF_HOURS_SOURCES, REFERRAL_SOURCES, SEASON, SOURCE_WORDS} from "./places.ts";
import {random as seeded, type Random} from "./random.ts";
import type {AgencyRequest, Child, Contact, Episode, Family, Grade, OutOfHoursContact, World} from "./world.ts";

export interface WorldOptions {
  seed: number;
  /** First day that the exports cover. */
  from: Day;
  /** The day the exports are taken. */
  until: Day;
  /** Children under 18 on any one day. */
  children: number;
  stories: Story[];
}

/** Family-level events a year for each 50,000 children; siblings multiply them. */
const REFERRALS_A_YEAR = 1810;
const OTHER_CONTACTS_A_YEAR = 6250;
const OUT_OF_HOURS_ONLY_A_YEAR = 1150;
/** Share of referrals that start from a case closed within the year; chance adds a few more. */
const COME_BACK = 0.212;
const RUN_UP_MONTHS = 36;

interface Simulation {
  random: Random;
  options: WorldOptions;
  world: World;
  maker: CaseMaker;
  /** Cases that closed or will close, from which families come back. */
  closing: Episode[];
  /** Families lately in contact; newest last. */
  lately: Family[];
  drawFamily: () => Family;
}

export function makeWorld(options: WorldOptions): World {
  const random = seeded(options.seed);
  const start = addMonths(options.from, -RUN_UP_MONTHS);
  const families = makeFamilies(random, start, options.until, options.children);
  const world: World = {families, contacts: [], outOfHours: [], requests: [], episodes: [], strategyMeetings: [], cinMeetings: []};
  const maker = {random, dials: dialsOf(options.stories), shownFrom: censusYearFrom(options.from), strategyMeetings: world.strategyMeetings, cinMeetings: world.cinMeetings, numbered: {referrals: 0, assessments: 0}};
  const simulation: Simulation = {random, options, world, maker, closing: [], lately: [], drawFamily: drawing(random, families)};

  const scale = options.children / 50_000;
  for (const {month, first, last} of monthsBetween(start, options.until)) {
    const weights = Array.from({length: last - first + 1}, (_, i): number => (isWorkingDay(first + i) ? 1 : 0.05));
    const total = weights.reduce((a, b) => a + b);
    const share = SEASON[Number(month.slice(5)) - 1]! / 12 / total;
    for (let day = Math.max(first, start); day <= Math.min(last, options.until); day++) {
      const today = share * scale * weights[day - first]!;
      for (let n = random.poisson(REFERRALS_A_YEAR * today); n > 0; n--) refer(simulation, day);
      if (day < options.from) continue;
      for (let n = random.poisson(OTHER_CONTACTS_A_YEAR * today); n > 0; n--) contactOnly(simulation, day);
      for (let n = random.poisson((OUT_OF_HOURS_ONLY_A_YEAR * scale * (weekday(day) > 4 ? 1.5 : 0.8)) / 365); n > 0; n--) outOfHoursOnly(simulation, day);
    }
  }
  world.contacts.sort((a, b) => a.receivedAt - b.receivedAt);
  world.outOfHours.sort((a, b) => a.receivedAt - b.receivedAt);
  world.strategyMeetings.sort((a, b) => a.triggeredAt - b.triggeredAt);
  world.cinMeetings.sort((a, b) => a.dueOn - b.dueOn);
  return world;
}

/** Draws a family in proportion to its need. */
function drawing(random: Random, families: Family[]): () => Family {
  const upTo = new Float64Array(families.length);
  let total = 0;
  families.forEach((family, i) => (upTo[i] = total += family.need * family.children.length ** 0.5));
  return () => {
    const at = random.next() * total;
    let [low, high] = [0, families.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle]! > at) high = middle;
      else low = middle + 1;
    }
    return families[low]!;
  };
}

const isChild = (child: Child, day: Day) => child.born <= day + 120 && day - child.born < 17.8 * 365.25;
const openEpisode = (child: Child, day: Day) => {
  const last = child.episodes.at(-1);
  return last && last.closedOn! >= day ? last : null;
};
const free = (family: Family, day: Day) => family.children.filter((c) => isChild(c, day) && !openEpisode(c, day));

// ---------------------------------------------------------------------------------------------------------------------
// Referrals

function refer(simulation: Simulation, day: Day): void {
  const {random, options, maker, world} = simulation;
  const about = (random.chance(COME_BACK) && comingBack(simulation, day)) || newlyReferred(simulation, day);
  if (!about) return;
  const family = about[0]!.family;
  const source = random.weighted(REFERRAL_SOURCES);
  let referredOn = day;
  if (day >= options.from) {
    const contact = makeContact(simulation, day, about, source, "referral");
    referredOn = dateOf(contact.decidedAt ?? contact.screenedAt!);
  } else if (random.chance(0.3)) referredOn = addWorkingDays(day, 1);
  const need = about.some((c) => c.disabilities.length > 0) && random.chance(0.45) ? "N2" : random.weighted(NEEDS);
  const episodes = openCase(maker, about, referredOn, source, need);
  world.episodes.push(...episodes);
  simulation.closing.push(episodes[0]!);
  remember(simulation, family);
}

function comingBack(simulation: Simulation, day: Day): Child[] | null {
  const {random, closing, maker} = simulation;
  for (let tries = 0; tries < 80 && closing.length > 0; tries++) {
    const at = random.int(0, closing.length - 1);
    const episode = closing[at]!;
    if (day - episode.referredOn > 360) {
      closing[at] = closing[closing.length - 1]!;
      closing.pop();
      continue;
    }
    if (episode.closedOn! >= day || !isChild(episode.child, day) || openEpisode(episode.child, day)) continue;
    if (!random.chance(maker.dials.comesBack(0.6, {day, closureReason: episode.closureReason!}))) continue;
    return [episode.child, ...free(episode.child.family, day).filter((c) => c !== episode.child && random.chance(0.75))];
  }
  return null;
}

function newlyReferred({random, drawFamily}: Simulation, day: Day): Child[] | null {
  for (let tries = 0; tries < 40; tries++) {
    const children = free(drawFamily(), day);
    if (children.length === 0) continue;
    const first = random.pick(children);
    return [first, ...children.filter((c) => c !== first && random.chance(0.6))];
  }
  return null;
}

function remember({lately}: Simulation, family: Family): void {
  lately.push(family);
  if (lately.length > 6000) lately.splice(0, 2000);
}

// ---------------------------------------------------------------------------------------------------------------------
// Contacts

function contactOnly(simulation: Simulation, day: Day): void {
  const {random, lately, drawFamily} = simulation;
  for (let tries = 0; tries < 40; tries++) {
    const family = lately.length > 500 && random.chance(0.4) ? random.pick(lately) : drawFamily();
    const children = family.children.filter((c) => isChild(c, day));
    if (children.length === 0) continue;
    const first = random.pick(children);
    const about = [first, ...children.filter((c) => c !== first && random.chance(0.55))];
    makeContact(simulation, day, about, random.weighted(OTHER_CONTACT_SOURCES), about.some((c) => openEpisode(c, day)) ? "open" : "other");
    remember(simulation, family);
    return;
  }
}

const OTHER_OUTCOMES = [["No further action", 44], ["Advice given", 30], ["Early help", 20], ["Information only", 6]] as const;
const GRADES = {
  referral: [["Red", 16], ["Amber", 52], ["Green", 26], [null, 6]],
  open: [["Red", 4], ["Amber", 30], ["Green", 58], [null, 8]],
  other: [["Red", 2], ["Amber", 27], ["Green", 65], [null, 6]]
} as const;

function makeContact(simulation: Simulation, day: Day, about: Child[], source: string, kind: keyof typeof GRADES): Contact {
  const {random, world, options} = simulation;
  const fromOutOfHours = isWorkingDay(day) && NIGHT_SOURCE_WORDS[source] !== undefined && random.chance(0.15);
  const receivedAt = day * DAY + (fromOutOfHours ? random.int(8 * 60, 9 * 60 + 30) : random.weighted([[8 * 60, 6], [9 * 60, 14], [10 * 60, 16], [11 * 60, 15], [12 * 60, 12], [13 * 60, 11], [14 * 60, 11], [15 * 60, 9], [16 * 60, 5], [17 * 60, 1]] as const) + random.int(0, 59));
  const gradedFirst: Grade | null = random.weighted(GRADES[kind]);
  const gradedLast: Grade | null = gradedFirst && random.chance(0.07) ? random.pick(["Red", "Amber", "Green"] as const) : gradedFirst;
  const [screened, decided] = decisionTimes(random, receivedAt, gradedFirst);
  const isScreened = random.chance(0.87);
  const contact: Contact = {
    id: `C${String(1_204_511 + world.contacts.length)}`,
    children: about,
    receivedAt,
    source,
    sourceWord: SOURCE_WORDS[source]!,
    issue: random.weighted(ISSUES),
    kind,
    gradedFirst,
    gradedLast,
    screenedAt: isScreened ? screened : null,
    decidedAt: isScreened ? decided : screened,
    outcome: kind === "referral" ? random.weighted([["Referral", 88], ["Strategy discussion", 12]] as const) : kind === "open" ? random.weighted([["Passed to allocated worker", 80], ["Information only", 20]] as const) : random.weighted(OTHER_OUTCOMES),
    consent: random.weighted([["Given", 60], ["Dispensed with", kind === "referral" ? 22 : 9], ["Refused", 6], [null, 20]] as const)
  };
  if (random.chance(0.003)) {
    // A word that no list knows: the pipeline must count it, not lose it.
    contact.source = null;
    contact.sourceWord = "Hub transfer (old code 77)";
  }
  if (kind !== "referral" && random.chance(0.0012)) {
    // Typed the wrong way round: decided before it was received.
    contact.screenedAt = null;
    contact.decidedAt = receivedAt - random.int(20, 300);
  }
  world.contacts.push(contact);
  if (gradedFirst !== "Green" && gradedFirst !== null && contact.consent !== "Refused" && random.chance(0.75)) world.requests.push(...askAgencies(random, contact));
  if (fromOutOfHours && day > options.from) world.outOfHours.push(outOfHours(simulation, beforeMorningOf(random, day), about, source, contact));
  return contact;
}

/** First decision and final one. Nine in ten first decisions come by the next working day, fewer in August and December. */
function decisionTimes(random: Random, receivedAt: Minute, grade: Grade | null): [screened: Minute, decided: Minute] {
  const day = dateOf(receivedAt);
  const {month} = civil(day);
  const prompt = random.chance(month === 8 || month === 12 ? 0.85 : 0.915);
  const officeHours = (on: Day) => on * DAY + random.int(9 * 60, 17 * 60);
  const soon = receivedAt + (grade === "Red" ? random.int(10, 190) : random.int(30, 420));
  const sameDay = isWorkingDay(day) && dateOf(soon) === day && soon < day * DAY + 18 * 60;
  let screened: Minute;
  if (!prompt) screened = officeHours(addWorkingDays(day, random.weighted([[2, 60], [3, 28], [4, 12]] as const)));
  else if (sameDay && random.chance(grade === "Red" ? 0.95 : 0.6)) screened = soon;
  else screened = officeHours(addWorkingDays(day, 1));
  const more = grade === "Red" ? 0 : grade === "Amber" ? random.weighted([[0, 70], [1, 30]] as const) : random.weighted([[0, 45], [1, 25], [2, 30]] as const);
  const decided = more === 0 ? screened + random.int(5, 90) : officeHours(addWorkingDays(dateOf(screened), more));
  return [screened, decided];
}

/** Word of the agency → [chance of being asked, of answering in time, of never answering, only of school age]. */
const AGENCIES: Record<string, [asked: number, inTime: number, never: number]> = {
  Police: [0.9, 0.93, 0.01],
  "Health (0-19 service)": [0.85, 0.86, 0.03],
  School: [0.85, 0.82, 0.05],
  GP: [0.35, 0.58, 0.14],
  Housing: [0.25, 0.84, 0.04],
  Probation: [0.2, 0.88, 0.03],
  "Adult mental health": [0.18, 0.74, 0.08],
  CAMHS: [0.1, 0.7, 0.08],
  "Domestic abuse service": [0.12, 0.9, 0.03]
};

function askAgencies(random: Random, contact: Contact): AgencyRequest[] {
  const day = dateOf(contact.receivedAt);
  const schoolAge = contact.children.some((c) => day - c.born > 4.5 * 365);
  const holidays = civil(day).month === 8;
  const asked: AgencyRequest[] = [];
  for (const [agency, [chance, inTime, never]] of Object.entries(AGENCIES)) {
    if (!random.chance(chance) || (agency === "School" && !schoolAge)) continue;
    const requestedAt = onOrNextWorkingDay(day) === day ? contact.receivedAt + random.int(10, 75) : onOrNextWorkingDay(day) * DAY + random.int(9 * 60, 10 * 60);
    const dueAt = contact.gradedFirst === "Red" ? requestedAt + 120 : addWorkingDays(dateOf(requestedAt), 1) * DAY + 12 * 60;
    const punctual = random.chance(agency === "School" && holidays ? 0.45 : inTime);
    const returned = random.chance(never) ? null : random.weighted([["Full", 70], ["Nothing known", 28], ["Refused", 2]] as const);
    const lateBy = random.weighted([[0, 30], [1, 40], [2, 20], [5, 10]] as const);
    const late = lateBy === 0 ? dueAt + random.int(10, 200) : addWorkingDays(dateOf(dueAt), lateBy) * DAY + random.int(9 * 60, 17 * 60);
    const closing = dateOf(requestedAt) * DAY + 18 * 60;
    const sameDay = dateOf(dueAt) === dateOf(requestedAt);
    const inTimeAt = sameDay ? requestedAt + random.int(5, dueAt - requestedAt) : closing > requestedAt + 30 && random.chance(0.55) ? random.int(requestedAt + 15, closing) : dateOf(dueAt) * DAY + random.int(8 * 60 + 30, 12 * 60);
    const returnedAt = punctual ? inTimeAt : late;
    asked.push({
      contactId: contact.id,
      agency,
      requestedAt,
      dueAt: random.chance(0.01) ? null : dueAt,
      returnedAt: returned === null || returned === "Refused" ? null : returnedAt,
      returned
    });
  }
  return asked;
}

// ---------------------------------------------------------------------------------------------------------------------
// Out of hours: weekday evenings and nights, weekends, bank holidays

function outOfHoursOnly(simulation: Simulation, day: Day): void {
  const {random, lately, drawFamily, world} = simulation;
  const family = lately.length > 500 && random.chance(0.45) ? random.pick(lately) : drawFamily();
  const children = family.children.filter((c) => isChild(c, day));
  if (children.length === 0) return;
  const first = random.pick(children);
  const about = [first, ...children.filter((c) => c !== first && random.chance(0.5))];
  world.outOfHours.push(outOfHours(simulation, nightOf(random, day), about, random.weighted(OUT_OF_HOURS_SOURCES), null));
  remember(simulation, family);
}

function outOfHours({random, world}: Simulation, receivedAt: Minute, about: Child[], source: string, contact: Contact | null): OutOfHoursContact {
  const priority = random.weighted([["Urgent", contact ? 34 : 20], ["Standard", 54], ["No response needed", contact ? 8 : 26]] as const);
  const responds = priority !== "No response needed" && random.chance(0.985);
  const minutes = Math.max(1, Math.round(priority === "Urgent" ? random.around(33, 0.65) : random.around(95, 0.75)));
  const respondedAt = responds ? certain(wall(utc(receivedAt) + minutes)) : null;
  const morning = addWorkingDays(dateOf(receivedAt) - (receivedAt % DAY < 8 * 60 ? 1 : 0), 1) * DAY;
  return {
    id: `EDT${String(52_000 + world.outOfHours.length)}`,
    children: about,
    contactId: contact?.id ?? null,
    receivedAt,
    source,
    issue: contact?.issue ?? random.weighted(ISSUES),
    priority,
    respondedAt,
    response: priority === "No response needed" ? "No response needed" : !responds ? null : priority === "Urgent" ? random.weighted([["Visit", 45], ["Joint visit with police", 20], ["Telephone advice", 25], ["Emergency placement", 10]] as const) : random.weighted([["Telephone advice", 72], ["Visit", 14], ["Passed to day team", 14]] as const),
    outcome: contact ? random.weighted([["Referral to day team", 75], ["Follow-up by day team", 25]] as const) : random.weighted([["Advice given", 45], ["Information for day team", 30], ["No further action", 25]] as const),
    handoverAt: random.chance(0.96) ? morning + random.weighted([[8 * 60, 88], [9 * 60 + 30, 9], [11 * 60, 3]] as const) + random.int(0, 58) : null
  };
}

/** A time of the evening or night that begins on `day`, or any time of a day nobody works. */
function nightOf(random: Random, day: Day): Minute {
  const hour = random.weighted([[17, 9], [18, 13], [19, 13], [20, 13], [21, 12], [22, 11], [23, 9], [24, 6], [25, 4], [26, 3], [27, 2], [28, 1.5], [29, 1], [30, 1], [31, 1.5]] as const);
  if (isWorkingDay(day)) return certain(day * DAY + Math.max(17 * 60 + 30, hour * 60 + random.int(0, 59)));
  return certain(day * DAY + (random.chance(0.5) ? random.int(9 * 60, 17 * 60) : Math.min(hour * 60 + random.int(0, 59), DAY + 449)));
}

/** A time in the night or the days off before a working morning. */
function beforeMorningOf(random: Random, day: Day): Minute {
  const daysOff = day - 1 - lastWorkingDayBefore(day);
  return nightOf(random, day - 1 - (daysOff > 0 ? random.int(0, daysOff) : 0));
}

function lastWorkingDayBefore(day: Day): Day {
  let at = day - 1;
  while (!isWorkingDay(at)) at--;
  return at;
}
