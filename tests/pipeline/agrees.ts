// Holds what `frontdoor measure` says against truth.json: the last twelve months, all time and every month, of every measure.
import {readFileSync} from "node:fs";
import path from "node:path";
import {expect} from "vitest";
import {readMeasures} from "../../etl/transform/measures.ts";
import {frontdoor} from "../setup.ts";

export interface Numbers {
  numerator: number | null;
  denominator: number | null;
  value: number | null;
}
export type Told = Numbers & {from: string; to: string; series: (Numbers & {period: string})[]};
export interface Truth {
  authority: {code: string; name: string};
  files: {file: string; recordSets: {name: string; sheet?: string; read: number; accepted: number; rejected: number; duplicates: number}[]}[];
  records: {name: string; accepted: number; records: number; merged: number}[];
  planted: {story: string; shows: {measure: string; against?: string; dimension: string | null; group: string | null; from: string; to: string; direction: "lower" | "higher"}[]}[];
  /** The last 12 complete months with every month there is, and all time under `all`. */
  measures: Record<string, Told & {all: Numbers}>;
}
export type Measured = Told & {id: string; status: string; series: (Numbers & {period: string; complete: boolean})[]};

export const truthIn = (exports: string) => JSON.parse(readFileSync(path.join(exports, "truth.json"), "utf8")) as Truth;

const said = ({numerator, denominator, value}: Numbers) => ({numerator, denominator, value: value === null ? null : Number(value.toPrecision(12))});
/** A month that nothing was counted in may be left out by either. */
const counted = (points: (Numbers & {period: string})[], from: string, to: string) => points.filter((p) => p.period >= from && p.period <= to && (p.numerator || p.denominator)).map((p) => ({period: p.period, ...said(p)}));

export function expectTruth(truth: Truth, measure: (...args: string[]) => Measured[]): void {
  const measures = readMeasures();
  expect(Object.keys(truth.measures).sort()).toEqual(measures.map((m) => m.id).sort());
  const snapshots = new Set(measures.filter((m) => m.kind === "snapshot" || m.rate?.over === "snapshot").map((m) => m.id));
  for (const [span, found] of Object.entries({"last 12 months": measure(), "all time": measure("--all")})) {
    for (const [id, told] of Object.entries(truth.measures)) {
      const ours = found.find((m) => m.id === id)!;
      expect({id, span, ...said(ours)}).toEqual({id, span, ...said(span === "all time" ? told.all : told)});
      // snapshots are taken of earlier months too, from the few cases of then that are still exported; the truth begins with what is exported in full
      const from = snapshots.has(id) && told.series[0]!.period > ours.from ? told.series[0]!.period : ours.from;
      expect({id, span, months: counted(ours.series, from, ours.to)}).toEqual({id, span, months: counted(told.series, from, ours.to)});
    }
  }
}

/** The command's own answer about a store. */
export const measureIn = (store: string) => (...args: string[]) => JSON.parse(frontdoor("measure", ...args, "--store", store, "--json").out) as Measured[];
