// What the reader is looking at: a period and at most one group. Its home is the URL; only what a person chose is ever written there.
// Must not know any page.
import {at} from "./data.js";

/** One published one-way group: {dimension: "team", group: "North"}. */
export interface Group {
  dimension: string;
  group: string;
}

export interface State {
  /** Period.key; null until the run says its default. */
  period: string | null;
  /** null: everyone. */
  group: Group | null;
}

/** Dimensions that may stand in the URL as `?dimension=group`; the API takes the same names. */
export const dimensions = ["team", "locality", "source", "need", "agency", "age_band", "sex", "ethnicity", "case_status"] as const;

const listeners = new Set<() => void>();
let suggested: Partial<State> = {};

function chosen(): Partial<State> {
  const query = new URLSearchParams(location.search);
  const found: Partial<State> = {};
  const period = query.get("period");
  if (period) found.period = period;
  for (const dimension of dimensions) {
    const group = query.get(dimension);
    if (group) {
      found.group = {dimension, group};
      break;
    }
  }
  return found;
}

/** What holds now: the person's choice where there is one, else the default. */
export function state(): State {
  return {period: null, group: null, ...suggested, ...chosen()};
}

/** For the person: writes the URL and tells the page. `null` takes a choice away. */
export function choose(change: Partial<State>): void {
  const url = new URL(location.href);
  if ("period" in change) set(url, "period", change.period);
  if ("group" in change) {
    for (const dimension of dimensions) url.searchParams.delete(dimension);
    if (change.group) url.searchParams.set(change.group.dimension, change.group.group);
  }
  if (url.href !== location.href) history.pushState(null, "", url);
  for (const listener of listeners) listener();
}

/** For defaults: never writes the URL, so a link that is passed on holds only what its sender chose. */
export function suggest(defaults: Partial<State>): void {
  suggested = {...suggested, ...defaults};
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
  const now = chosen();
  const query = new URLSearchParams();
  if (now.period) query.set("period", now.period);
  if (now.group) query.set(now.group.dimension, now.group.group);
  for (const [name, value] of Object.entries(params)) {
    if (value == null || value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return at(path) + (text ? `?${text}` : "");
}
