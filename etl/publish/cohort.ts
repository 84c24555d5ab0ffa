// cohort.json: how far contacts came and how cases moved up and down, added up to the published periods. Counts only.
import type {Db} from "../duckdb.ts";
import {addMonths, grouped, monthsBetween} from "../transform/cases.ts";
import {cohortFunnel, flows, FUNNEL_STEPS, readContacts, readMoves, type Cohort, type Flow} from "../transform/cohort.ts";
import {contactSteps} from "../../src/components/lists.ts";
import {reworded} from "../../src/components/relabel.ts";
import type {Settings} from "../settings.ts";
import type {PartManifest} from "../transform/part.ts";
import type {Reference} from "../transform/reference.ts";
import {groupLabel, monthName, type LabelOf} from "./figures.ts";
import type {CohortFile, CohortRow, FlowRow, Period} from "./published.ts";

/** The funnel and the flows for each period, of everybody and by group; the funnel by month for everybody, five years at the most. */
export async function cohort(db: Db, {part, reference, settings}: {part: PartManifest; reference: Reference; settings: Pick<Settings, "labels">}, periods: Period[]): Promise<Omit<CohortFile, "disclosure" | "run">> {
  const label = (dimension: string, group: string) => (dimension === "all" ? "Everyone" : dimension === "disability" ? (DISABILITY[group] ?? group) : groupLabel(dimension, group, reference));
  const [contacts, moves] = [cohortFunnel(await readContacts(db)), flows(await readMoves(db))];
  const statuses = new Set(moves.flatMap((m) => [m.from, m.to]));
  const missing = part.records.some((r) => r.recordSet === "contact" && r.records > 0) ? [] : ["contact.received_at"];
  return {
    status: missing.length ? "not recorded" : "ok",
    missing,
    steps: FUNNEL_STEPS.map((code) => ({code, label: reworded(contactSteps[code]!, settings.labels.words)})),
    statuses: ["looked_after", "cp_plan", "cin_plan", "open_assessment", "closed"].filter((s) => statuses.has(s)).map((code) => ({code, label: reference.codes.case_status?.find((c) => c.code === code)?.label ?? code})),
    ...addedUp(contacts, moves, periods, part.asAt, label)
  };
}

/** Contacts and moves added up to the months (five years at the most) and periods that are shown. */
export function addedUp(contacts: Cohort[], moves: Flow[], periods: readonly Period[], asAt: string, label: LabelOf): Pick<CohortFile, "months" | "funnel" | "flows"> {
  const floor = addMonths(asAt.slice(0, 7), -59);
  const contactsIn = byPeriod(contacts, (c) => `${c.dimension}\u0000${c.group}`);
  const movesIn = byPeriod(moves, (m) => [m.dimension, m.group, m.from, m.to].join("\u0000"));
  return {
    months: contacts.filter((c) => c.dimension === "all" && c.month >= floor && c.month <= asAt.slice(0, 7)).map((c) => ({group: c.month, label: monthName(c.month), contacts: c.contacts, steps: stepsOf([c])})),
    funnel: periods.flatMap((period) =>
      contactsIn(period).map((of) => {
        const {dimension, group} = of[0]!;
        return {period: period.key, dimension, group, label: label(dimension, group), contacts: of.reduce((n, c) => n + c.contacts, 0), steps: stepsOf(of)};
      })
    ),
    flows: periods.flatMap((period) =>
      movesIn(period).map((of) => {
        const {dimension, group} = of[0]!;
        return {period: period.key, dimension, group, label: label(dimension, group), ...flowOf(of)};
      })
    )
  };
}

/** Rows that are alike, together, of the months of a period; oldest first. */
function byPeriod<T extends {month: string}>(rows: T[], alike: (row: T) => string): (period: Period) => T[][] {
  const ofMonth = grouped(rows.map((row) => ({row, key: alike(row)})), ({row}) => row.month);
  return ({from, to}) => [...grouped(monthsBetween(from, to).flatMap((month) => ofMonth.get(month) ?? []), ({key}) => key).values()].map((of) => of.map(({row}) => row));
}

/** What journey.cohort_contact calls a child by disability. */
const DISABILITY: Record<string, string> = {disabled: "Disabled", "not disabled": "Not disabled"};

function stepsOf(of: Cohort[]): CohortRow["steps"] {
  return FUNNEL_STEPS.map((s) => [of.reduce((n, c) => n + c.steps[s].reached, 0), of.reduce((n, c) => n + c.steps[s].tooRecent, 0)]);
}

function flowOf(of: Flow[]): FlowRow {
  const {from, to, direction} = of[0]!;
  const sum = (key: "moves" | "again" | "tooRecent") => of.reduce((n, m) => n + (m[key] ?? 0), 0);
  return {from, to, direction, moves: sum("moves"), again: direction === "up" ? null : sum("again"), tooRecent: direction === "up" ? null : sum("tooRecent")};
}
