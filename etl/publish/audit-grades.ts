// audit-grades.json: the grades behind "good or better", by domain, random and targeted samples apart. Counts only, from measures Q2a to Q2d.
import type {CaseColumns} from "../transform/columns.ts";
import {timesOf} from "../transform/count.ts";
import type {PartManifest} from "../transform/part.ts";
import type {Reference} from "../transform/reference.ts";
import {groupLabel, reachOf} from "./figures.ts";
import type {AuditGradesFile, Period} from "./published.ts";

const SOURCES = [
  {selection: "random", overall: "Q2a", domains: "Q2c"},
  {selection: "targeted", overall: "Q2b", domains: "Q2d"}
] as const;

/** The measures of whose cases it is made. */
export const GRADES_OF: readonly string[] = SOURCES.flatMap(({overall, domains}) => [overall, domains]);

/** Audits by grade, overall and in each domain, for each period. */
export function auditGrades(cases: ReadonlyMap<string, CaseColumns>, {part, reference}: {part: PartManifest; reference: Reference}, periods: Period[]): Omit<AuditGradesFile, "disclosure" | "run"> {
  const missing = [...new Set(["Q2a", "Q2c"].flatMap((id) => part.missing[id] ?? []))];
  const cells = missing.length || !periods.length ? [] : gradesOf(periods, (domain) => groupLabel("category", domain, reference, "audit_domain"), (id) => cases.get(id));
  return {status: missing.length ? "not recorded" : "ok", missing, cells};
}

/**
 * Grades overall and in each domain, for each period.
 * @param casesOf audits of a measure: all, or those chosen; undefined where none can be counted
 */
export function gradesOf(periods: readonly Period[], labelOf: (domain: string) => string, casesOf: (id: string) => CaseColumns | undefined): AuditGradesFile["cells"] {
  const {from: first, to: last} = reachOf(periods);
  const cells: AuditGradesFile["cells"] = [];
  for (const {selection, overall, domains} of SOURCES) {
    const told = (id: string, by: "category"[]) => {
      const cases = casesOf(id);
      return cases ? timesOf(cases, by, first, last) : [];
    };
    const [whole, split] = [told(overall, []), told(domains, ["category"])];
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
