// The inspection's findings with what the loaded records say about each: live state, direction since then, spread, and what would close a gap.
// Judges nothing that no measure counts; a record's presence is never called quality.
import {judgedBy, targetIn} from "../../src/components/target.ts";
import {rowsOf, type Db} from "../duckdb.ts";
import type {Contract} from "../load/contract.ts";
import {templateMappings} from "../load/templates.ts";
import {addMonths} from "../transform/cases.ts";
import {funnelLimits, TEAM_MINIMUM_N, wilson} from "../transform/intervals.ts";
import type {Reference} from "../transform/reference.ts";
import {addUp, isComplete, newestCompleteMonth} from "./figures.ts";
import type {AnswersFile, Figure, FindingsFile, FindingState, MeasureDefinition, MeasureFile, Stretch} from "./published.ts";
import type {PartManifest} from "../transform/part.ts";
import type {Measure} from "../transform/measures.ts";

export interface FindingInputs {
  part: PartManifest;
  measures: Measure[];
  reference: Reference;
  contracts: Map<string, Contract>;
  definitions: MeasureDefinition[];
  files: Map<string, MeasureFile>;
}

/** The measures of a catalogue entry: `S2` is S2a and S2b. */
const partsOf = (entry: string, definitions: MeasureDefinition[]) => definitions.filter((d) => d.id === entry || d.id.replace(/[a-z]$/, "") === entry);

/** Which record sets a list of missing fields belongs to. */
const setsOf = (missing: string[]) => [...new Set(missing.flatMap((m) => [...m.matchAll(/([a-z0-9_]+)\./g)].map((x) => x[1]!)))];

/** findings.json, but for its head. */
export async function findingsOf(db: Db, inputs: FindingInputs): Promise<Omit<FindingsFile, "disclosure" | "run">> {
  const {reference, definitions, contracts} = inputs;
  const templates = templatesBySet(contracts);
  const actions = await rowsOf<{finding: string; status: string; due: string | null; actions: number; overdue: number}>(
    db,
    `select a.finding, coalesce(s.label, 'Not recorded') as status, cast(min(a.due_on) as varchar) as due, count(*) as actions,
       count(*) filter (a.due_on < as_at() and coalesce(s.is_open, true)) as overdue
     from records.improvement_action a left join reference.action_status s on s.code = a.status where not a.withdrawn group by all order by all`
  );
  const findings = reference.findings.map((f): FindingsFile["findings"][number] => {
    const own = f.measures.flatMap((entry) => partsOf(entry, definitions));
    const measures = own.map((d) => live(d, f.date, inputs));
    const missing = [...new Set(own.filter((d) => d.status !== "ok").flatMap((d) => setsOf(d.missing)))];
    return {
      id: f.id,
      inspection: f.inspection,
      date: f.date,
      group: f.group,
      polarity: f.polarity,
      finding: f.finding,
      wording: f.inspectionWording,
      class: f.class,
      focus: f.focus,
      note: f.note,
      state: stateOf(f.class, measures, own.length),
      measures,
      spread: own.flatMap((d) => spreadOf(d, inputs)),
      closes: missing.map((set) => ({recordSet: set, template: templates.get(set) ?? null})),
      actions: actions.filter((a) => a.finding === f.id).map(({status, due, actions: n, overdue}) => ({status, due, actions: n, overdue}))
    };
  });
  return {asAt: inputs.part.asAt, findings};
}

/**
 * What a reader may say: worse when a measure shows a signal in the bad direction and none in the good, and so on. Without a measure that has
 * data there is no state but "not recorded"; where only an audit could tell and none is loaded it says so;
 * where no measure has limits or two years to compare it is too early.
 */
function stateOf(findingClass: string, measures: FindingsFile["findings"][number]["measures"], defined: number): FindingState {
  if (defined === 0) return "not measurable";
  const recorded = measures.filter((m) => m.status === "ok" && m.now.denominator !== 0 && (m.now.value !== null || m.kind === "count"));
  if (recorded.length === 0) return findingClass === "A" || findingClass.startsWith("A/") ? "needs audit" : "not recorded";
  if (recorded.every((m) => m.variation === null && m.direction === null)) return "too early";
  const worse = recorded.some((m) => m.variation === "concern" || m.direction === "worse");
  const better = recorded.some((m) => m.variation === "improvement" || m.direction === "better");
  return worse && better ? "mixed" : worse ? "worse" : better ? "better" : "steady";
}

/** A measure now (its last 12 complete months, or its last snapshot) against the first 12 that can be compared since the inspection or since the records begin. */
function live(d: MeasureDefinition, since: string, {part, measures, files}: FindingInputs): FindingsFile["findings"][number]["measures"][number] {
  const file = files.get(d.id)!;
  const measure = measures.find((m) => m.id === d.id)!;
  const to = newestCompleteMonth(part.asAt);
  const now = file.figures.find((f) => f.period === "last-12") ?? null;
  const first = file.series.find((p) => p.period >= since.slice(0, 7) && isComplete(measure, p.period, part) && (p.denominator ?? p.numerator ?? 0) > 0)?.period ?? null;
  const enough = first !== null && addMonths(first, 23) <= to;
  const then = enough ? stretch(d, file, first, addMonths(first, 11)) : null;
  const today = stretch(d, file, addMonths(to, -11), to);
  return {
    id: d.id,
    title: d.title,
    kind: d.kind,
    unit: d.unit,
    good: d.good,
    status: d.status,
    missing: d.missing,
    target: targetIn(judgedBy(d), to),
    now: {numerator: now?.numerator ?? null, denominator: now?.denominator ?? null, value: now?.value ?? null},
    variation: file.limits?.variation ?? null,
    assurance: file.limits?.assurance ?? null,
    since: then,
    direction: then && d.status === "ok" ? directionOf(d, then, today) : null
  };
}

/** Twelve months as one figure, added up from its months: only what adds up is compared. */
function stretch(d: MeasureDefinition, file: MeasureFile, from: string, to: string): Stretch | null {
  const months = file.series.filter((p) => p.period >= from && p.period <= to);
  if (months.length < 12) return null;
  if (d.kind === "snapshot") {
    const last = months.at(-1)!;
    return {from, to, numerator: last.numerator, denominator: last.denominator, value: last.value};
  }
  if (d.counts !== "case" || (d.kind !== "percentage" && d.kind !== "count")) return null;
  return {from, to, ...addUp(d.kind, months)};
}

/** Better or worse only where the two Wilson intervals do not meet: a difference that chance explains is no direction. */
function directionOf(d: MeasureDefinition, then: Stretch, now: Stretch | null): "better" | "worse" | "no clear change" | null {
  if (!now || d.good === "neutral" || d.unit !== "percent" || !then.denominator || !now.denominator) return null;
  const [a, b] = [wilson(then.numerator!, then.denominator)!, wilson(now.numerator!, now.denominator)!];
  if (b.lower > a.upper) return d.good === "high" ? "better" : "worse";
  if (b.upper < a.lower) return d.good === "high" ? "worse" : "better";
  return "no clear change";
}

/** How far teams, localities and agencies are apart over the last 12 months: those of 20 cases or more, against funnel limits about the whole. */
function spreadOf(d: MeasureDefinition, {files}: FindingInputs): FindingsFile["findings"][number]["spread"] {
  if (d.status !== "ok" || d.kind !== "percentage" || d.counts !== "case") return [];
  const groups = files.get(d.id)!.groups;
  return (["team", "agency", "locality"] as const).flatMap((dimension) => {
    const units = groups
      .filter((g) => g.dimension === dimension && g.group !== "not recorded")
      .flatMap((g) => {
        const f = g.figures.find((x: Figure) => x.period === "last-12");
        return f && (f.denominator ?? 0) >= TEAM_MINIMUM_N ? [{label: g.label, n: f.numerator!, d: f.denominator!}] : [];
      });
    if (units.length < 2) return [];
    const funnel = funnelLimits(units);
    const shares = [...funnel.units].sort((a, b) => a.share! - b.share!);
    const [low, high] = [shares[0]!, shares.at(-1)!];
    return [{
      measure: d.id,
      dimension,
      groups: units.length,
      outside: funnel.units.filter((u) => u.position !== "inside").length,
      low: {label: low.label, value: 100 * low.share!},
      high: {label: high.label, value: 100 * high.share!}
    }];
  });
}

/** Record set → the fill-in workbook that `frontdoor templates` writes for it. */
const templatesBySet = (contracts: Map<string, Contract>) => new Map(templateMappings(contracts).flatMap((m) => m.records.map((r) => [r.set, m.files[0]!.replaceAll("*", "")] as const)));

/** answers.json, but for its head: what the loaded files answer already, and which exports would answer most of the rest. */
export function answersOf({definitions, reference, contracts}: FindingInputs): Omit<AnswersFile, "disclosure" | "run"> {
  const templates = templatesBySet(contracts);
  const asked = reference.findings.map((f) => ({f, own: f.measures.flatMap((entry) => partsOf(entry, definitions))}));
  const findingsBy = new Map(definitions.map((d) => [d.id, asked.filter(({own}) => own.includes(d)).map(({f}) => f.id)]));
  const setsLacking = new Map(definitions.map((d) => [d, d.missing.map((m) => setsOf([m]))]));
  const lacking = definitions.filter((d) => d.status !== "ok");
  const wanted = [...new Set(lacking.flatMap((d) => setsOf(d.missing)))];
  const exports = wanted.map((set) => {
    // what this set alone would unlock, and what it is a part of
    const alone = lacking.filter((d) => setsLacking.get(d)!.every((sets) => sets.includes(set)));
    const part = lacking.filter((d) => !alone.includes(d) && setsLacking.get(d)!.some((sets) => sets.includes(set)));
    const findings = new Set(alone.flatMap((d) => findingsBy.get(d.id)!));
    const fields = [...new Set([...alone, ...part].flatMap((d) => d.missing.flatMap((m) => [...m.matchAll(new RegExp(`\\b${set}\\.([a-z0-9_]+)`, "g"))].map((x) => x[1]!))))].sort();
    return {recordSet: set, oneRowIs: contracts.get(set)?.oneRowIs ?? "", fields, template: templates.get(set) ?? null, unlocks: alone.map((d) => d.id), helps: part.map((d) => d.id), findings: [...findings].sort()};
  });
  exports.sort((a, b) => b.findings.length - a.findings.length || b.unlocks.length - a.unlocks.length || b.helps.length - a.helps.length || (a.recordSet < b.recordSet ? -1 : 1));
  const findings = asked.map(({f, own}) => {
    const recorded = own.filter((d) => d.status === "ok").length;
    return {id: f.id, inspection: f.inspection, finding: f.finding, class: f.class, answered: own.length === 0 ? ("never" as const) : recorded === own.length ? ("wholly" as const) : recorded ? ("partly" as const) : ("not yet" as const), measures: own.map((d) => d.id)};
  });
  return {measures: {answered: definitions.length - lacking.length, of: definitions.length}, findings, exports};
}
