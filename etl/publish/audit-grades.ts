// audit-grades.json: the grades behind "good or better", by domain, random and targeted samples apart. Counts only, from measures Q2a to Q2d.
import type {Db} from "../duckdb.ts";
import {timesOf} from "../transform/cases.ts";
import type {PartManifest} from "../transform/part.ts";
import type {Reference} from "../transform/reference.ts";
import {groupLabel, reachOf} from "./figures.ts";
import type {AuditGradesFile, Period} from "./published.ts";

const SOURCES = [
  {selection: "random", overall: "Q2a", domains: "Q2c"},
  {selection: "targeted", overall: "Q2b", domains: "Q2d"}
] as const;

/** Audits by grade, overall and in each domain, for each period. */
export async function auditGrades(db: Db, {part, reference}: {part: PartManifest; reference: Reference}, periods: Period[]): Promise<Omit<AuditGradesFile, "disclosure" | "run">> {
  const missing = [...new Set(["Q2a", "Q2c"].flatMap((id) => part.missing[id] ?? []))];
  const cells = missing.length || !periods.length ? [] : await gradesOf(periods, (domain) => groupLabel("category", domain, reference, "audit_domain"), (id, by, from, to) => timesOf(db, id, by, from, to));
  return {status: missing.length ? "not recorded" : "ok", missing, cells};
}

/**
 * Grades overall and in each domain, for each period.
 * @param told audits of a measure by month and grade, whole or by category: all, or those chosen
 */
export async function gradesOf(periods: readonly Period[], labelOf: (domain: string) => string, told: (id: string, by: "category"[], from: string, to: string) => ReturnType<typeof timesOf>): Promise<AuditGradesFile["cells"]> {
  const {from: first, to: last} = reachOf(periods);
  const cells: AuditGradesFile["cells"] = [];
  for (const {selection, overall, domains} of SOURCES) {
    const whole = await told(overall, [], first, last);
    const split = await told(domains, ["category"], first, last);
    const graded = [...whole.map((r) => ({...r, grp: "overall"})), ...split.filter((r) => r.dimension === "category")];
    for (const {key, from, to} of periods) {
      const found = new Map<string, AuditGradesFile["cells"][number]["grades"]>();
      for (const {grp, period, value, n} of graded) {
        if (period < from || period > to || value < 1 || value > 4) continue;
        const grades = found.get(grp) ?? found.set(grp, [0, 0, 0, 0]).get(grp)!;
        grades[value - 1]! += n;
      }
      for (const [domain, grades] of found) cells.push({period: key, selection, domain, label: labelOf(domain), grades});
    }
  }
  return cells;
}
