// What the reader is looking at: a period and one group of as many dimensions as were chosen. Its home is the URL; only what a person chose is ever written there.
// Must not know any page.
import {at} from "./data.js";

/** One group of one dimension: {dimension: "team", group: "North"}. */
export interface Group {
  dimension: string;
  group: string;
}

export interface State {
  /** Period.key; null until the run says its default. */
  period: string | null;
  /** All of which hold at once, in the order of `dimensions`; empty: everyone. */
  filters: Group[];
}

/** Dimensions that may stand in the URL as `?dimension=group`; the API takes the same names. */
export const dimensions = ["team", "locality", "source", "need", "age_band", "ethnicity", "agency", "sex", "case_status"] as const;

const listeners = new Set<() => void>();
let suggested: {period: string | null} = {period: null};

function filtersIn(query: URLSearchParams): Group[] {
  return dimensions.flatMap((dimension) => {
    const group = query.get(dimension);
    return group ? [{dimension, group}] : [];
  });
}

/** What holds now: the person's choice where there is one, else the default. */
export function state(): State {
  const query = new URLSearchParams(location.search);
  return {period: query.get("period") || suggested.period, filters: filtersIn(query)};
}

/** What a person changes: a period, one dimension's group (null: any), or everything at once. */
export interface Change {
  period?: string | null;
  filter?: {dimension: string; group: string | null};
  clear?: true;
}

/** For the person: writes the URL and tells the page. `null` takes a choice away. */
export function choose(change: Change): void {
  const url = new URL(location.href);
  if (change.clear) for (const name of ["period", ...dimensions]) url.searchParams.delete(name);
  if ("period" in change) set(url, "period", change.period);
  if (change.filter) set(url, change.filter.dimension, change.filter.group);
  if (url.href !== location.href) history.pushState(null, "", url);
  for (const listener of listeners) listener();
}

/** For defaults: never writes the URL, so a link that is passed on holds only what its sender chose. */
export function suggest(defaults: {period: string | null}): void {
  suggested = defaults;
}

/** Calls back whenever the state changes, by choice or by the Back button. Returns what stops it. */
export function onState(listener: () => void): () => void {
  if (!listeners.size) addEventListener("popstate", told);
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function told(): void {
  for (const listener of listeners) listener();
}

function set(url: URL, name: string, value: string | null | undefined): void {
  if (value) url.searchParams.set(name, value);
  else url.searchParams.delete(name);
}

/** The address of a page that keeps what the person chose; `params` win, and null takes one away. */
export function link(path: string, params: Record<string, string | null | undefined> = {}): string {
  const given = new URLSearchParams(location.search);
  const query = new URLSearchParams();
  const period = given.get("period");
  if (period) query.set("period", period);
  for (const {dimension, group} of filtersIn(given)) query.set(dimension, group);
  for (const [name, value] of Object.entries(params)) {
    if (value == null || value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return at(path) + (text ? `?${text}` : "");
}
