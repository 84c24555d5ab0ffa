// Training, staffing and caseloads, by their definitions: plain loops over the records as exported. The SQL was not looked at.
import fc from "fast-check";
import type {Family} from "../family.ts";
import {addMonths, lastDayOf, monthOf} from "../oracle/days.ts";
import type {Case, Oracle, Row, World} from "../oracle/measures.ts";
import {maybe} from "../world.ts";
import {childrenOf, days, oneEach, openCases, openSince, period, record, several, snapshotDays, whole} from "./quality.ts";

const rows = (world: World, set: string) => world[set] ?? [];
const weighed = (of: Omit<Case, "met">, met: number, rest: number): Case[] => [{...of, met: true, value: met}, {...of, met: false, value: rest}].filter((c) => c.value > 0);

const W1: Oracle = (world, asAt) =>
  rows(world, "training").flatMap((t) => {
    const last = period(t.period!)?.[1];
    const [completed, all] = [Number(t.completed), Number(t.in_scope)];
    return !last || last > asAt || completed < 0 || completed > all ? [] : weighed({child: "", on: last, agency: t.agency!.split(".")[0], category: t.course}, completed, all - completed);
  });

/** Returns of a team and month, added up where there are two. */
function returns(world: World, field: string): {team: string; month: string; posts: number; of: number}[] {
  const all = rows(world, "workforce").filter((w) => w.fte && w[field] && Number(w.fte) >= 0 && Number(w[field]) >= 0);
  const keys = [...new Set(all.map((w) => `${w.team}|${monthOf(w.month!)}`))];
  return keys.map((key) => {
    const [team, month] = key.split("|") as [string, string];
    const sum = (f: string) => all.filter((w) => w.team === team && monthOf(w.month!) === month).reduce((n, w) => n + Number(w[f]), 0);
    return {team, month, posts: sum("fte"), of: sum(field)};
  });
}

/** Value in hundredths of a post. */
const share = (field: string): Oracle => (world, asAt) =>
  returns(world, field).flatMap(({team, month, posts, of}) => (lastDayOf(month) > asAt ? [] : weighed({child: "", on: lastDayOf(month), team}, Math.round(100 * of), Math.round(100 * posts))));

/** Full-time equivalents in a month, of a team or of all; null where nobody says. */
function fte(world: World, month: string, team?: string): number | null {
  const known = rows(world, "workforce").filter((w) => w.fte && monthOf(w.month!) === month && (team === undefined || w.team === team));
  // hundredths, so that the sum is what it is on paper
  return known.length ? known.reduce((n, w) => n + Math.round(100 * Number(w.fte)), 0) / 100 : null;
}
const staffed = (world: World, day: string, team?: string) => rows(world, "workforce").some((w) => Number(w.fte ?? 0) > 0 && monthOf(w.month!) === monthOf(day) && (team === undefined || w.team === team));

const W2a: Oracle = (world, asAt) =>
  snapshotDays(world, asAt)
    .filter((day) => staffed(world, day))
    .flatMap((day) => childrenOf(world).flatMap((child) => {
      const open = openSince(world, child, day);
      return open ? [{child, on: day, met: null, team: open.team}] : [];
    }));

const W3: Oracle = (world, asAt) =>
  snapshotDays(world, asAt).flatMap((day) => {
    const held = rows(world, "involvement").filter((i) => i.team && ["", "allocated"].includes(i.role ?? "") && i.started_on! <= day && (!i.ended_on || i.ended_on > day) && staffed(world, day, i.team));
    return [...new Set(held.map((i) => `${i.child_id}|${i.team}`))].map((key) => ({child: key.split("|")[0]!, on: day, met: null, team: key.split("|")[1]}));
  });

const perWorker = {per: 1, over: "snapshot" as const, base: (world: World, _: string, month: string, team?: string) => fte(world, month, team)};

// ---- random worlds ---------------------------------------------------------------------------------------------------

function worlds(asAt: string): fc.Arbitrary<World> {
  const team = fc.constantFrom("North", "South", "East");
  const child = whole(1, 12).map((n) => `C${n}`);
  const posts = fc.integer({min: 0, max: 1500}).map((n) => (n / 100).toFixed(2));
  const month = fc.integer({min: 0, max: 14}).map((n) => addMonths(`${monthOf(asAt)}-01`, -n));
  const training = record({
    agency: fc.constantFrom("health", "health.gp", "social_care"), course: fc.constantFrom("trauma", "neglect", "exploitation"),
    period: fc.constantFrom("2024-02", "2023-11-05", "2023-24", "2023/24 Q3", "2022-23", "2023 Q4", "2023", "soon"), completed: whole(0, 9), in_scope: whole(0, 12)
  });
  const workforce = record({team, month, fte: maybe(posts, 6), vacancies_fte: maybe(posts, 4), agency_fte: maybe(posts, 4)});
  const involvement = days(asAt).chain((day) =>
    record({child_id: child, worker: whole(1, 5).map((n) => `W${n}`), team: maybe(team, 6), role: maybe(fc.constantFrom("allocated", "allocated", "co_worker")), started_on: fc.constant(day), ended_on: maybe(days(asAt), 2)})
  );
  return fc.record({
    open: openCases(asAt),
    training: several(training, 40).map((set) => oneEach(set, "agency", "course", "period")),
    workforce: several(workforce, 40).map((set) => oneEach(set, "team", "month")),
    involvement: several(involvement, 40).map((set) => oneEach(set.filter((i) => !i.ended_on || i.ended_on >= i.started_on!), "child_id", "worker", "started_on"))
  }).map(({open, ...rest}) => ({...open, ...rest}));
}

// ---- worlds by hand: as at Tuesday 14 May 2024 ------------------------------------------------------------------------

const trained = (period: string, completed: string, in_scope: string, more: Row = {}): Row => ({agency: "health", course: "neglect", period, completed, in_scope, ...more});
const staff = (month: string, more: Row = {}): Row => ({month, fte: "4", ...more});
const plan = (child_id: string, started_on: string, more: Row = {}): Row => ({child_id, started_on, ...more});
const allocated = (child_id: string, started_on: string, more: Row = {}): Row => ({child_id, worker: "W1", role: "allocated", started_on, ...more});
const now = {from: "2024-05", to: "2024-05"};

const examples: Family["examples"] = [
  {says: "people weigh, not returns: 10 of 100 and 9 of 10 are 19 of 110", alone: true, records: {training: [trained("2023-24", "10", "100"), trained("2023-24", "9", "10", {agency: "police"})]}, want: {W1: [19, 110]}},
  {says: "a year that is not over is not judged; more trained than in scope is a fault", alone: true, records: {training: [trained("2024-25", "1", "10"), trained("2024-04", "3", "4"), trained("2024-03", "5", "4")]}, want: {W1: [3, 4]}},
  {says: "nobody in scope is nobody to train; a general practice is health", alone: true, records: {training: [trained("2023", "0", "0"), trained("2023", "2", "2", {agency: "health.gp", course: "trauma"})]}, want: {W1: [2, 2]}},

  {says: "one and a half posts vacant of six", records: {workforce: [staff("2024-04-01", {fte: "4.5", vacancies_fte: "1.5", agency_fte: "0"})]}, want: {W2b: [1.5, 6], W2c: [0, 4.5]}},
  {says: "months are added up, so that a month with more posts weighs more", records: {workforce: [staff("2024-03-01", {fte: "1", vacancies_fte: "1"}), staff("2024-04-01", {fte: "8", vacancies_fte: "0"})]}, want: {W2b: [1, 10]}},
  {says: "the running month is not over; agency workers not said are not none", records: {workforce: [staff("2024-05-01", {vacancies_fte: "3", agency_fte: "1"}), staff("2024-04-01", {agency_fte: "1"}), staff("2024-03-01")]}, want: {W2b: [0, 0], W2c: [1, 5]}},

  {says: "three open children and two workers", records: {cin_plan: [plan("C1", "2024-01-08"), plan("C2", "2024-01-08"), plan("C3", "2024-05-14"), plan("C4", "2024-01-08", {ended_on: "2024-05-14"})], workforce: [staff("2024-05-01", {fte: "2"})]}, want: {W2a: [3, 2, 1.5]}, asked: now},
  {says: "a child on two plans is one open case", records: {cin_plan: [plan("C1", "2024-01-08")], cp_plan: [plan("C1", "2024-03-01")], workforce: [staff("2024-05-01")]}, want: {W2a: [1, 4, 0.25]}, asked: now},
  {says: "without a return for the month there is no caseload", alone: true, records: {cin_plan: [plan("C1", "2024-01-08")], involvement: [allocated("C1", "2024-01-08", {team: "North"})], workforce: [staff("2024-04-01", {team: "North"})]}, want: {W2a: [0, null as unknown as number, null], W3: [0, null as unknown as number, null]}, asked: now},

  {says: "allocated to the team: a second worker's case is not one more, a child held by two of its workers is one", records: {cin_plan: [plan("C9", "2024-01-08")], involvement: [allocated("C1", "2024-02-01"), allocated("C1", "2024-03-01", {worker: "W2"}), allocated("C2", "2024-02-01", {role: "co_worker"}), allocated("C3", "2024-02-01", {role: undefined})], workforce: [staff("2024-05-01")]}, want: {W3: [2, 4, 0.5]}, asked: now},
  {says: "ended today is held no more; begun today is held", records: {cin_plan: [plan("C9", "2024-01-08")], involvement: [allocated("C1", "2024-02-01", {ended_on: "2024-05-14"}), allocated("C2", "2024-05-14"), allocated("C3", "2024-05-15")], workforce: [staff("2024-05-01")]}, want: {W3: [1, 4, 0.25]}, asked: now},
  {says: "at the end of April as it stood then", records: {cin_plan: [plan("C9", "2024-01-08")], involvement: [allocated("C1", "2024-02-01", {ended_on: "2024-05-01"}), allocated("C2", "2024-05-01")], workforce: [staff("2024-04-01", {fte: "2"}), staff("2024-05-01")]}, want: {W3: [1, 2, 0.5]}, asked: {from: "2024-04", to: "2024-04"}}
];

export const family: Family = {
  name: "workforce",
  oracles: {
    W1: {kind: "percentage", counts: "weight", rows: W1},
    W2a: {kind: "rate", rate: perWorker, rows: W2a},
    W2b: {kind: "percentage", counts: "weight", scale: 100, rows: share("vacancies_fte")},
    W2c: {kind: "percentage", counts: "weight", scale: 100, rows: share("agency_fte")},
    W3: {kind: "rate", rate: perWorker, rows: W3}
  },
  worlds,
  examples,
  carried: {
    referral: ["referral_id", "child_id", "referral_date", "source", "no_further_action", "closed_on"],
    cin_plan: ["child_id", "started_on", "ended_on"],
    cp_plan: ["child_id", "started_on", "ended_on"],
    care_episode: ["child_id", "started_on", "ended_on"],
    training: ["agency", "course", "period", "completed", "in_scope"],
    workforce: ["team", "month", "fte", "vacancies_fte", "agency_fte"],
    involvement: ["child_id", "worker", "team", "role", "started_on", "ended_on"]
  }
};
