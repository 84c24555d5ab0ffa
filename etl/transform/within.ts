// A measure counted within several groups at once (a team and a need): the numbers that no published file holds. It counts by the road of count.ts.
import type {Bases, Dimension, Filters} from "./cases.ts";
import {narrowed, type CaseColumns} from "./columns.ts";
import {countCases, type AllCounts, type Stretch} from "./count.ts";
import type {Measure} from "./measures.ts";

/** Groups of one dimension outside which nothing is counted: what a person is held to. */
export interface Held {
  dimension: Dimension;
  groups: readonly string[];
}

/**
 * What `make` gives of a measure's cases within `filters`. Groups of a filtered dimension are made within the other filters, so that the chosen team
 * stands beside the others for the same need.
 * @param by dimensions that `make` splits by
 * @param options.beside false: without the groups of the filtered dimensions
 * @param make is given the cases, and by what to split them
 * @returns of all within `filters` first; then the groups of each filtered dimension
 */
export function within<D extends string, T extends {dimension: string}>(cases: CaseColumns, by: readonly D[], filters: Filters, held: Held | null, make: (cases: CaseColumns, by: D[], within: Filters) => T[], {beside = true}: {beside?: boolean} = {}): T[] {
  const part = (split: D[], of: Filters) => make(narrowedTo(cases, of, held), split, of);
  const chosen = (d: D) => filters[d as Dimension & D] !== undefined;
  const made = part(by.filter((d) => !chosen(d)), filters);
  for (const d of beside ? by.filter(chosen) : []) {
    const {[d as Dimension & D]: _own, ...others} = filters as Filters;
    made.push(...part([d], others as Filters).filter((one) => one.dimension === d));
  }
  return made;
}

/** The cases that are in all of these groups, and in what somebody is held to. */
export function narrowedTo<T extends CaseColumns | undefined>(cases: T, filters: Filters, held: Held | null): T {
  if (!cases) return cases;
  const asked = (Object.entries(filters) as [Dimension, string | undefined][]).flatMap(([d, group]) => (group === undefined ? [] : [{dimension: d, groups: [group]}]));
  return narrowed(cases, [...(held ? [held] : []), ...asked]) as T;
}

/**
 * Everything that is published of a measure, counted within `filters`.
 * @param spans named stretches of whole months
 * @param options.by dimensions to split by, the measure's breakdowns unless said; `beside` as of `within`; `monthly` as of `countCases`
 * @returns the whole ("all") first; then groups, also of the dimensions of `filters`, in no order
 */
export function countWithin(measure: Measure, cases: CaseColumns, bases: Bases, spans: Stretch[], firstMonth: string, lastMonth: string, filters: Filters, {held = null, by: split = measure.breakdowns as Dimension[], beside = true, monthly}: {held?: Held | null; by?: readonly Dimension[]; beside?: boolean; monthly?: readonly string[]} = {}): AllCounts[] {
  // what somebody is held to narrows the base as a choice does: no base is known of several teams
  const reach = (of: Filters): Filters => (held ? {[held.dimension]: held.groups.length === 1 ? held.groups[0]! : "several", ...of} : of);
  return within(cases, split, filters, held, (rows, by, of) => countCases(measure, rows, spans, firstMonth, lastMonth, {by, bases, filters: reach(of), monthly}), {beside});
}
