// What several families of the truth ask of the exports alike: ages, contacts by child, who lives with whom, the rate of a year. Worked out from the generator's own records as they are shown, apart from the pipeline; counts nothing.
import {civil, dateOf, dayOf, workingDaysBetween, type Day} from "./days.ts";
import type {Shown, Sum} from "./figures.ts";
import type {Child, Contact} from "./world.ts";

export const REFERRED = new Set(["Referral", "Strategy discussion"]);
export const CLOSED = new Set(["No further action", "Advice given", "Information only"]);
/** Sources that are no professional who could be told: family, neighbours, the child, the public, nobody named. */
export const PRIVATE = new Set(["1A", "1B", "1C", "1D", "9", "10"]);

/** Completed years; negative before birth. */
export function ageOn(child: Child, day: Day): number {
  const [born, now] = [civil(child.born), civil(day)];
  return now.year - born.year - (now.month < born.month || (now.month === born.month && now.day < born.day) ? 1 : 0);
}

/** Reception to year 11: 4 to 15 on the 31 August before. */
export function ofSchoolAge(child: Child, day: Day): boolean {
  const {year, month} = civil(day);
  const age = ageOn(child, dayOf(month < 9 ? year - 1 : year, 8, 31));
  return age >= 4 && age <= 15;
}

/** Minutes as whole hours, half an hour upwards. */
export const wholeHours = (minutes: number): number => Math.floor((minutes + 30) / 60);

/** Day 0 is the day it began; what comes before it is in no time at all. */
export const within = (from: Day, to: Day | null, limit: number): boolean => to !== null && to >= from && workingDaysBetween(from, to) <= limit;

export function gather<K, T>(items: Iterable<T>, key: (item: T) => K): Map<K, T[]> {
  const found = new Map<K, T[]>();
  for (const item of items) {
    const of = key(item);
    const theirs = found.get(of);
    if (theirs) theirs.push(item);
    else found.set(of, [item]);
  }
  return found;
}

export interface Contacted {
  c: Contact;
  child: Child;
  on: Day;
}

/** Contacts as children have them: one about three children is three. */
export const contactsOf = ({known}: Shown): Contacted[] => known.contacts.flatMap((c) => c.children.map((child) => ({c, child, on: dateOf(c.receivedAt)})));

export const isClosed = ({outcome, decidedAt}: Contact): boolean => decidedAt !== null && outcome !== null && CLOSED.has(outcome);
export const ledToReferral = ({outcome, decidedAt}: Contact): boolean => decidedAt !== null && outcome !== null && REFERRED.has(outcome);

/** The brothers and sisters under 18 whom the records know on a day: who is in the same household then, an unborn child too where it says so. */
export function siblingsKnown({known, practice}: Shown): (child: Child, day: Day) => Child[] {
  const families = new Set([...[...known.contacts, ...known.outOfHours].flatMap((c) => c.children), ...known.episodes.map((e) => e.child)].map((child) => child.family));
  const homes = practice.households.filter((h) => families.has(h.child.family));
  const ofChild = gather(homes, (h) => h.child);
  const ofHome = gather(homes, (h) => h.id);
  const on = (h: (typeof homes)[number], day: Day) => h.from <= day && (h.to === null || h.to > day);
  return (child, day) => {
    const found = new Set<Child>();
    for (const home of ofChild.get(child) ?? []) if (on(home, day)) for (const other of ofHome.get(home.id)!) if (other.child !== child && on(other, day) && ageOn(other.child, day) < 18) found.add(other.child);
    return [...found];
  };
}

/** Children of the fictional authority by the reference data, whatever the size of the example; the first estimate is of 2020. */
const POPULATION = 50_000;
const FIRST_ESTIMATE = 2020;

/** DfE sets a year ending March over the mid-year estimate before it. */
const hasPopulation = (month: string) => Number(month.slice(0, 4)) - (Number(month.slice(5)) < 4 ? 1 : 0) >= FIRST_ESTIMATE;

/** Cases per 10,000 children, at the rate of a year. */
export const yearlyRate: Sum = (rows, months) =>
  months.length === 0 || !months.every(hasPopulation)
    ? {numerator: rows.length, denominator: null, value: null}
    : {numerator: rows.length, denominator: POPULATION, value: (10_000 * rows.length * 12) / months.length / POPULATION};

