// The columns that frontdoor adds to a CSV of rejected rows, and how such a file is read once a person has mended it. The text of cells
// passes through; what they mean is the mapping's business.
import path from "node:path";
import {literal, name, openScratch, rowOf, rowsOf, type Db} from "../duckdb.ts";
import {normaliseHeading} from "../extract/csv.ts";
import type {FilePeek, RowsOfText, SheetPlan, Warning} from "../extract/types.ts";
import type {Contract} from "./contract.ts";
import type {LoadManifest} from "./load.ts";
import type {Offered} from "./reshape.ts";

/** Before the export's own columns, so that a row with too many cells still shows them in place. */
export const OUR_HEADINGS = ["frontdoor line", "frontdoor reasons", "frontdoor export"] as const;

export const isOurs = (heading: string): boolean => (OUR_HEADINGS as readonly string[]).includes(normaliseHeading(heading));

/** What a file of corrections says of itself. */
export interface Correction {
  exportDate: string;
  /** The beginning of the export's hash. */
  sha256: string;
  /** The sheet of the workbook whose rows these are; null for a CSV and a census. */
  sheet: string | null;
  /** The CIN census whose rows these are, and of which record set; null for any other export. */
  census: {year: number; lea: string; set: string} | null;
  /** 0-based columns of our headings. */
  columns: {line: number; reasons: number; export: number};
  /** 0-based columns of the export itself in their order, those without a heading too, and which of them the mapping reads. */
  own: number[];
  wanted: number[];
}

/** The text of the third column: which export the rows are of. */
export const exportText = ({exportDate, sha256, sheet, census}: Pick<Correction, "exportDate" | "sha256" | "sheet" | "census">): string =>
  `${exportDate} ${sha256.slice(0, 16)}${census ? ` CIN census ${census.year} of ${census.lea}: ${census.set}` : sheet === null ? "" : ` ${sheet}`}`;

/** What `exportText` writes: export date, beginning of the hash, sheet. */
const EXPORT_TEXT = /^(\d{4}-\d{2}-\d{2}) ([0-9a-f]{16})(?: (.+))?$/;
/** No sheet of a workbook can be called so: its name cannot hold a colon. */
const CENSUS_TEXT = /^CIN census (\d{4}) of ([^:]*): ([a-z_0-9]+)$/;

/** What a cell of the third column says; null where it is none of ours. */
export function readExportText(cell: string): Pick<Correction, "exportDate" | "sha256" | "sheet" | "census"> | null {
  const [, exportDate, sha256, place] = EXPORT_TEXT.exec(cell.trim()) ?? [];
  if (!exportDate || !sha256) return null;
  const [, year, lea, set] = CENSUS_TEXT.exec(place ?? "") ?? [];
  return {exportDate, sha256, ...(year && set ? {sheet: null, census: {year: Number(year), lea: lea!, set}} : {sheet: place ?? null, census: null})};
}

/**
 * Whether a sheet is a CSV of rejected rows that comes back; its plan then keeps our columns too.
 * @returns null for any other file
 */
export function correctionOf(peek: FilePeek, sheets: {plan: SheetPlan}[]): Correction | null {
  const plan = sheets[0]?.plan;
  if (!plan || sheets.length > 1) return null;
  const headings = plan.headings.map(normaliseHeading);
  const [line, reasons, from] = OUR_HEADINGS.map((h) => headings.indexOf(h)) as [number, number, number];
  if ([line, reasons, from].some((i) => i < 0)) return null;
  const rows = (peek.sheets.find((s) => s.sheet === plan.sheet) ?? peek.sheets[0]!).rows.filter((r) => r.line > plan.headingLine);
  const said = rows.map((r) => readExportText(r.cells[from] ?? "")).find((s) => s !== null);
  if (!said) return null;
  const wanted = plan.keep;
  plan.keep = plan.headings.map((_, i) => i);
  plan.read = [line, reasons, from, ...wanted];
  return {...said, columns: {line, reasons, export: from}, own: plan.keep.filter((i) => ![line, reasons, from].includes(i)), wanted};
}

/** The sentence of the CSV reader. A spreadsheet makes every row as long as the longest, so that such a row fits its headings without being mended. */
const RAGGED = "the row has ([0-9]+) cells? where the headings have ([0-9]+)";

/** SQL: why a row that comes back cannot count yet; NULL where it can. */
function stillFaulty({columns, own, ...said}: Correction): string {
  const [reasons, from] = [name(`c${columns.reasons}`), name(`c${columns.export}`)];
  const [had, wanted] = [1, 2].map((group) => `cast(regexp_extract(${reasons}, '${RAGGED}', ${group}) as integer)`) as [string, string];
  const sentence = `regexp_extract(${reasons}, '${RAGGED}')`;
  const filled = (first: string, last: string) => `len(list_filter([${own.map((i) => name(`c${i}`)).join(", ")}][${first} : ${last}], lambda cell: cell is not null)) > 0`;
  return `case
    when regexp_full_match(${from}, ${literal(EXPORT_TEXT.source)}) and ${from} <> ${literal(exportText(said))} then 'it is of another export than the first row of this file (“frontdoor export”): put the mended rows of each export into a file of their own'
    when regexp_matches(${reasons}, '${RAGGED}') then case
      when ${had} > ${wanted} and ${filled(`${wanted} + 1`, String(own.length))} then ${sentence} || ', and there is still a value beyond the last heading: put each value under its own'
      when ${had} < ${wanted} and not ${filled(`${had} + 1`, wanted)} then ${sentence} || ', and its last ones are still blank: put each value under its heading, or clear “frontdoor reasons” if it is right so' end
    end`;
}

/**
 * Takes our columns out of the rows again: each row gets the line it had in the export (`origin`; one that somebody added has none, and gets its own
 * line below zero), and the guard against formulas is undone. A row that cannot count yet is rejected.
 */
export async function asCorrections(db: Db, rows: RowsOfText, correction: Correction): Promise<Offered["rows"]> {
  const {columns, own, wanted} = correction;
  const others = own.filter((i) => !wanted.includes(i)).map((i) => name(`c${i}`));
  const table = `${rows.table}_corrected`;
  const cell = (i: number) => `case when regexp_matches(${name(`c${i}`)}, '^''''*[=+@\\t\\r-]') then substr(${name(`c${i}`)}, 2) else ${name(`c${i}`)} end as ${name(`c${i}`)}`;
  await db.run(`create or replace table ${name(table)} as
    select line, coalesce(try_cast(${name(`c${columns.line}`)} as bigint), -line) as origin, ${others.length ? `hash(rest, ${others.join(", ")})` : "rest"} as rest, ${wanted.map((i) => `${cell(i)}, `).join("")}
      ${stillFaulty(correction)} as still_faulty from ${name(rows.table)}`);
  const faulty = await rowsOf<{line: number; why: string}>(db, `select cast(line as bigint) as line, still_faulty as why from ${name(table)} where still_faulty is not null`);
  await db.run(`delete from ${name(table)} where still_faulty is not null; alter table ${name(table)} drop still_faulty`);
  const place = rows.sheet === undefined ? {} : {sheet: rows.sheet};
  const rejections = [...rows.rejections, ...faulty.map(({line, why}) => ({...place, line: Number(line), reasons: [why]}))];
  return {...rows, table, keep: wanted, rejections: rejections.sort((a, b) => a.line - b.line), origin: true};
}

/**
 * Corrected rows whose ids are those of the export but for zeros at the beginning, which a spreadsheet takes away unasked: they would count for
 * another child.
 * @param loads all that count
 * @returns warnings by load key
 */
export async function zerosLost(loads: readonly LoadManifest[], loadsDir: string, contracts: Map<string, Contract>): Promise<Map<string, Warning[]>> {
  const found = new Map<string, Warning[]>();
  const pairs = loads.flatMap((l) => {
    const {corrects} = l;
    const export_ = corrects && loads.find((o) => !o.corrects && o.sha256.startsWith(corrects.sha256));
    if (!export_) return [];
    return l.sets.flatMap((set) => {
      const of = export_.sets.find((s) => s.name === set.name && (s.sheet ?? null) === corrects.sheet && s.leftOut !== null);
      const ids = set.carried.filter((f) => contracts.get(set.name)!.fields[f]!.kind === "id" && set.headings[f] && of?.carried.includes(f));
      return of && set.accepted > 0 && ids.length ? [{load: l, set, ids, export_, of}] : [];
    });
  });
  if (pairs.length === 0) return found;
  const {db, close} = await openScratch();
  try {
    for (const {load, set, ids, export_, of} of pairs) {
      const lost = (f: string) => `c.${name(f)} <> r.${name(`t_${f}`)} and c.${name(f)} = ltrim(r.${name(`t_${f}`)}, '0')`;
      const counts = await rowOf<Record<string, number | null>>(
        db,
        `select ${ids.map((f, i) => `count(*) filter (${lost(f)}) as n${i}, cast(min(c.line) filter (${lost(f)}) as bigint) as l${i}`).join(", ")}
         from read_parquet(${literal(path.join(loadsDir, load.key, set.file))}) c join read_parquet(${literal(path.join(loadsDir, export_.key, of.leftOut!))}) r on r.line = c.origin and r.why = 'rejected'`
      );
      ids.forEach((f, i) => {
        const rows = Number(counts[`n${i}`]);
        if (rows === 0) return;
        const heading = set.headings[f]!;
        const message = `“${heading}” has lost the zeros at its beginning in ${rows} ${rows === 1 ? "row" : "rows"} (first on line ${counts[`l${i}`]}), as a spreadsheet takes them away; as it stands it is another id than in ${export_.file}: make the column text and write them again`;
        found.set(load.key, [...(found.get(load.key) ?? []), {code: "id-zeros-lost", line: Number(counts[`l${i}`]), heading, message}]);
      });
    }
  } finally {
    close();
  }
  return found;
}

/** A cell of a CSV for a person: what a spreadsheet would run as a formula gets a leading apostrophe, and so does a text that has one already. */
export function guarded(text: string): string {
  return /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
