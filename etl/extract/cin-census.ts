// A children-in-need census (XML) → one table of text a record set. Reports schema faults and loads the rest; types nothing, maps no code.
import type {DuckDBConnection} from "@duckdb/node-api";
import {open, stat} from "node:fs/promises";
import {isDay} from "../day.ts";
import {childOf, FIRST_YEAR, LAST_YEAR, nearestChild, sameName, schemaOf, type YearElement} from "./cin-census-schema.ts";
import {createTextTable, type RowWriter} from "./table.ts";
import {count, hasInvisible, stripInvisible} from "./text.ts";
import {notTooMany, Refusal, type CensusRows, type FilePeek, type Rejection, type Warning} from "./types.ts";
import {AGAIN, parseXml, xmlEncoding, xmlText, type XmlEncoding} from "./xml.ts";

/**
 * The tables a census fills; the headings are the record sets' own field names. A census knows when an initial conference was due and of a review
 * conference only when it was held: what it does not know it must not carry, or it would blank the due date that another export gave.
 */
const TABLES = {
  child: ["child_id", "date_of_birth", "expected_birth", "sex", "ethnicity", "disability", "date_of_death"],
  referral: ["child_id", "referral_date", "source", "primary_need", "closed_on", "closure_reason", "no_further_action"],
  assessment: ["child_id", "referral_date", "started_on", "authorised_on", "factors"],
  section_47: ["child_id", "referral_date", "started_on", "icpc_not_required", "icpc_due_on", "icpc_held_on"],
  conference: ["child_id", "type", "due_on", "held_on"],
  conference_without_due: ["child_id", "type", "held_on"],
  cin_plan: ["child_id", "referral_date", "started_on", "ended_on"],
  cp_plan: ["child_id", "referral_date", "started_on", "ended_on", "initial_category", "latest_category", "previous_plans"]
} as const;
type Table = keyof typeof TABLES;

/** An element that holds records → the table that lacks them where it cannot be read. */
const TABLE_OF: Partial<Record<string, Table>> = {
  Children: "child",
  Child: "child",
  CINdetails: "referral",
  Assessments: "assessment",
  CINPlanDates: "cin_plan",
  Section47: "section_47",
  ChildProtectionPlans: "cp_plan",
  Reviews: "conference_without_due"
};

const recordSetOf = (table: Table): string => (table === "conference_without_due" ? "conference" : table);

const MOST_ELEMENTS_OF_A_CHILD = 20_000;
const MOST_UNKNOWN = 50;

const notACensus = (what: string) =>
  new Refusal("not-a-census", `This is an XML file, but not a CIN census (${what}); export the children-in-need census, or the same records as CSV or XLSX.`);

/**
 * Reads a census's header: year, authority (LEA), reference date and when it was exported, each as written; a date that is none is null, with a warning.
 * Throws Refusal: `not-a-census`, `census-year`, and those of the XML itself.
 */
export async function peekCinCensus(path: string): Promise<FilePeek> {
  const file = await open(path, "r");
  const {buffer, bytesRead} = await file.read(Buffer.alloc(1024), 0, 1024, 0);
  await file.close();
  const encoding = xmlEncoding(buffer.subarray(0, bytesRead));
  const header: Record<string, string> = {};
  const message = schemaOf(LAST_YEAR);
  const within: (YearElement | null)[] = [];
  let headerRead = false;
  await parseXml((line) => xmlText(path, encoding, line), {
    open(name, _attributes, _line, depth) {
      const parent = within[depth - 2];
      within.length = depth - 1;
      within.push(depth === 1 ? (sameName(name, message.name) ? message : null) : ((parent && childOf(parent, name)) ?? null));
      if (depth === 1 && !within[0]) throw notACensus(`it begins with <${name.slice(0, 40)}>`);
    },
    close(_name, text) {
      const element = within.pop();
      if (element && within.length === 3 && within[1]!.name === "Header") header[element.name] ??= stripInvisible(text).trim();
      if (element?.name === "Header" && within.length === 1) headerRead = true;
    },
    done: () => headerRead
  });
  const collection = header.Collection;
  if (collection !== undefined && collection.toUpperCase() !== "CIN") throw notACensus(`its collection is ${collection.slice(0, 40) || "not named"}`);
  if (!headerRead) throw notACensus("it has no Header");
  const warnings: Warning[] = [];
  const dated = (name: string): string | null => {
    const value = header[name];
    if (!value) return null;
    if (isDay(value.slice(0, 10))) return value;
    warnings.push({code: "schema-fault", message: `${name} in the census header is not a date (“${value.slice(0, 20)}”; expected yyyy-mm-dd), so it was not used.`, heading: name});
    return null;
  };
  const referenceDate = dated("ReferenceDate");
  const exportedAt = dated("DateTime");
  const written = /^\d{4}$/.exec(header.Year ?? "")?.[0];
  const referenced = /^\d{4}(?=-)/.exec(referenceDate ?? "")?.[0];
  const year = Number(written ?? referenced);
  if (!year) throw new Refusal("census-year", `The CIN census does not say its year (Header/CollectionDetails/Year). ${AGAIN}`);
  const yearFault = !written ? `${header.Year ? `Year in the census header is not a year (“${header.Year.slice(0, 20)}”; expected yyyy)` : "Year is missing from the census header"}, so that of ReferenceDate was taken, ${year}.` : referenced && referenced !== written ? `Year in the census header is ${written}, and ReferenceDate is ${referenceDate}: the file is held against the schema of ${written}.` : null;
  if (yearFault) warnings.push({code: "schema-fault", message: yearFault, heading: "Year"});
  if (year < FIRST_YEAR || year > LAST_YEAR)
    warnings.push({code: "census-year", message: `The census is of ${year}; only the schemas of ${FIRST_YEAR} to ${LAST_YEAR} are known, so it is checked against the nearest.`});
  if (!header.LEA) warnings.push({code: "schema-fault", message: "LEA is missing from the census header, so the file does not say whose it is."});
  else if (!/^\d{3}$/.test(header.LEA)) warnings.push({code: "schema-fault", message: `LEA in the census header is not three digits (“${header.LEA.slice(0, 20)}”); its records are kept under it as it is written.`, heading: "LEA"});
  return {
    format: "cin-census",
    encoding,
    sheets: [],
    warnings,
    census: {year, lea: header.LEA ?? "", referenceDate, exportedAt}
  };
}

/** One occurrence of a group: its line, and at each child's slot its first text and the line of that, or its groups. */
interface Found {
  element: YearElement;
  line: number;
  texts: (string | null | undefined)[];
  lines: number[];
  /** Texts after the first of their slot. */
  more: {slot: number; text: string | null; line: number}[];
  groups: (Found[] | undefined)[];
}

const NONE: never[] = [];
// arrays of full length from the start: one that grows is copied, and there are hundreds of thousands
const newFound = (element: YearElement, line: number): Found => ({element, line, texts: Array<undefined>(element.children.size), lines: Array<number>(element.children.size), more: NONE, groups: NONE});
const slotOf = (found: Found, name: string): number => found.element.children.get(name)!.slot;
const textOf = (found: Found | undefined, name: string): string | null => found?.texts[slotOf(found, name)] ?? null;
const textsOf = (found: Found | undefined, name: string): {text: string | null; line: number}[] => {
  if (!found) return NONE;
  const slot = slotOf(found, name);
  const text = found.texts[slot];
  return text === undefined ? NONE : [{text, line: found.lines[slot]!}, ...found.more.filter((m) => m.slot === slot)];
};
const codesOf = (found: Found | undefined, name: string): string | null => {
  const codes = textsOf(found, name).map(({text}) => text).filter((text) => text !== null);
  return codes.length ? codes.join(";") : null;
};
const groupsOf = (found: Found | undefined, name: string): Found[] => found?.groups[slotOf(found, name)] ?? NONE;

/**
 * Reads a CIN census into tables, one a record set and two of conferences, named `<prefix>_<table>`, every cell being the text of the file. `line` is that of the element
 * that opens the record, moved on by as little as makes it unique in its table. Elements may come in any order, under any prefix, with stray
 * text between them; what the year's schema does not allow is a warning and its row is read.
 * `onProgress` is told bytes read so far and the file's size. Throws Refusal: `several-censuses`, `xml-malformed`, `xml-doctype`, `xml-depth`, `xml-encoding`.
 */
export async function readCinCensus(
  conn: DuckDBConnection,
  path: string,
  peek: FilePeek,
  prefix: string,
  onProgress?: (done: number, total: number) => void
): Promise<CensusRows[]> {
  const schemaYear = Math.min(LAST_YEAR, Math.max(FIRST_YEAR, peek.census?.year ?? LAST_YEAR));
  const total = (await stat(path)).size;
  const sets = Object.keys(TABLES) as Table[];
  const tables = new Map<Table, {writer: RowWriter; lastLine: number; rows: number; rejections: Rejection[]}>();
  for (const set of sets) tables.set(set, {writer: await createTextTable(conn, `${prefix}_${set}`, TABLES[set].length), lastLine: 0, rows: 0, rejections: []});

  const faults = createFaults();
  /** `line`, or the next that no row of the table has. */
  const lineIn = (table: {lastLine: number}, line: number) => (table.lastLine = Math.max(line, table.lastLine + 1));
  const put = (set: Table, line: number, cells: (string | null)[]) => {
    const table = tables.get(set)!;
    table.rows++;
    table.writer.add(lineIn(table, line), cells);
  };
  const unread = (parent: YearElement, name: string, line: number) => {
    const near = nearestChild(parent, name);
    faults.unknown(name, near, line, child);
    const table = tables.get(TABLE_OF[near?.name ?? ""]!);
    if (!table) return;
    table.rejections.push({line: lineIn(table, line), heading: name.slice(0, 60), reasons: [`it is no element of the CIN census (nearest: ${near!.name}), so nothing within it was read`]});
    notTooMany(table.rejections);
  };

  const message = schemaOf(schemaYear);
  // By depth: the element each open tag is (null inside an element that the schema does not know) and, of a group, what was found in it.
  const elementAt: (YearElement | null)[] = [null];
  const foundAt: (Found | null)[] = [null];
  let open = 0;
  let elements = 0;
  let child = 0;
  let readSoFar = 0;
  const twice = new Set<string>();
  await parseXml((line) => xmlText(path, peek.encoding as XmlEncoding, line), {
    open(name, _attributes, line, depth) {
      const parent = elementAt[depth - 1];
      const element = depth === 1 ? message : ((parent && childOf(parent, name)) ?? null);
      if (depth === 3 && parent?.name === "Children") child++;
      if (!element && parent?.group) unread(parent, name, line);
      else if (element && element.name !== name) faults.respelt(name, element, line, child);
      if (element?.foreign) faults.add(`${element.name} is not in the schema of ${schemaYear}`, line);
      open = depth;
      elementAt[depth] = element;
      foundAt[depth] = element?.group ? newFound(element, line) : null;
      if (depth === 2 && element) {
        if (twice.has(element.name)) faults.add(`${element.name} stands more than once in Message${element.name === "Header" ? ", and the first was read" : ""}`, line);
        twice.add(element.name);
      }
      if (element?.name === "Child") elements = 0;
      else if (++elements > MOST_ELEMENTS_OF_A_CHILD && depth > 3)
        throw new Refusal("xml-malformed", `One child in the XML file has more than ${count(MOST_ELEMENTS_OF_A_CHILD, "element")} by line ${line}, so it is not a CIN census. ${AGAIN}`);
    },
    close(_name, text, leaf, line) {
      const [element, found] = [elementAt[open], foundAt[open]];
      const parent = foundAt[--open];
      if (!element) return;
      const {name} = element;
      if (found) {
        if (name !== "Children" && name !== "Message") faults.group(found);
        if (name === "Child") emitChild(found, put);
        else if (parent && name !== "Children") {
          if (parent.groups === NONE) parent.groups = [];
          const before = parent.groups[element.slot];
          if (before) before.push(found);
          else parent.groups[element.slot] = [found];
        }
        return;
      }
      if (!leaf) faults.add(`${name} holds elements where the schema has text`, line);
      let value: string | null = text;
      if (hasInvisible(text)) {
        value = stripInvisible(text);
        faults.invisible += text.length - value.length;
      }
      value = value.trim() || null;
      // the key of every record begins with the authority: children of a second one would be the first one's
      if (name === "LEA" && open === 3 && value !== (peek.census?.lea || null))
        throw new Refusal("several-censuses", `The XML file holds the censuses of several authorities (LEA is ${peek.census?.lea || "not given"} first, and ${value ?? "not given"} on line ${line}); export each into a file of its own.`);
      if (value !== null && element.codes && !element.codes.has(value))
        faults.add(`${name} has a value that is not in the list of ${schemaYear}`, line, value);
      const {slot} = element;
      if (parent!.texts[slot] === undefined) {
        parent!.texts[slot] = value;
        parent!.lines[slot] = line;
      } else if (parent!.more === NONE) parent!.more = [{slot, text: value, line}];
      else parent!.more.push({slot, text: value, line});
    },
    stray: (line) => faults.add("Text stands between elements, where it means nothing", line),
    onChunk(length) {
      readSoFar += length;
      onProgress?.(Math.min(readSoFar, total), total);
    }
  });
  for (const {writer} of tables.values()) writer.close();
  const warnings = faults.warnings();
  return sets.map((set, i) => {
    const headings = [...TABLES[set]];
    return {
      recordSet: recordSetOf(set),
      table: `${prefix}_${set}`,
      headings,
      keep: headings.map((_, column) => column),
      read: tables.get(set)!.rows + tables.get(set)!.rejections.length,
      rejections: tables.get(set)!.rejections,
      skipped: {titleLines: 0, blankLines: 0, totalsLines: 0},
      warnings: i === 0 ? warnings : []
    };
  });
}

/** One child and everything under it → rows. */
function emitChild(child: Found, put: (set: Table, line: number, cells: (string | null)[]) => void): void {
  const identifiers = groupsOf(child, "ChildIdentifiers")[0];
  const characteristics = groupsOf(child, "ChildCharacteristics")[0];
  const id = textOf(identifiers, "LAchildID");
  const born = textOf(identifiers, "PersonBirthDate");
  const expected = textOf(identifiers, "ExpectedPersonBirthDate");
  put("child", child.line, [
    id,
    born ?? expected,
    born === null && expected !== null ? "true" : null,
    textOf(identifiers, "Sex") ?? textOf(identifiers, "GenderCurrent"),
    textOf(characteristics, "Ethnicity"),
    codesOf(groupsOf(characteristics, "Disabilities")[0], "Disability"),
    textOf(identifiers, "PersonDeathDate")
  ]);
  for (const episode of groupsOf(child, "CINdetails")) {
    const text = (name: string) => textOf(episode, name);
    const referred = text("CINreferralDate");
    put("referral", episode.line, [
      id, referred, text("ReferralSource"), text("PrimaryNeedCode"), text("CINclosureDate"), text("ReasonForClosure"), text("ReferralNFA")
    ]);
    for (const assessment of groupsOf(episode, "Assessments"))
      put("assessment", assessment.line, [
        id,
        referred,
        textOf(assessment, "AssessmentActualStartDate"),
        textOf(assessment, "AssessmentAuthorisationDate"),
        codesOf(groupsOf(assessment, "FactorsIdentifiedAtAssessment")[0], "AssessmentFactors")
      ]);
    for (const plan of groupsOf(episode, "CINPlanDates"))
      put("cin_plan", plan.line, [id, referred, textOf(plan, "CINPlanStartDate"), textOf(plan, "CINPlanEndDate")]);

    const withoutDue: {line: number; cells: (string | null)[]}[] = [];
    const heldFromSection47 = new Set<string>();
    for (const enquiry of groupsOf(episode, "Section47")) {
      const due = textOf(enquiry, "InitialCPCtarget");
      const held = textOf(enquiry, "DateOfInitialCPC");
      put("section_47", enquiry.line, [id, referred, textOf(enquiry, "S47ActualStartDate"), textOf(enquiry, "ICPCnotRequired"), due, held]);
      if (held === null) continue;
      heldFromSection47.add(held);
      put("conference", enquiry.line, [id, "initial", due, held]);
    }
    for (const {text: held, line} of textsOf(episode, "DateOfInitialCPC").slice(0, 1))
      if (held !== null && !heldFromSection47.has(held)) withoutDue.push({line, cells: [id, "initial", held]});
    for (const plan of groupsOf(episode, "ChildProtectionPlans")) {
      put("cp_plan", plan.line, [
        id,
        referred,
        textOf(plan, "CPPstartDate"),
        textOf(plan, "CPPendDate"),
        textOf(plan, "InitialCategoryOfAbuse"),
        textOf(plan, "LatestCategoryOfAbuse"),
        textOf(plan, "NumberOfPreviousCPP")
      ]);
      for (const reviews of groupsOf(plan, "Reviews"))
        for (const {text: held, line} of textsOf(reviews, "CPPreviewDate")) if (held !== null) withoutDue.push({line, cells: [id, "review", held]});
    }
    for (const {line, cells} of withoutDue.sort((a, b) => a.line - b.line)) put("conference_without_due", line, cells);
  }
}

/** A name that the schema does not have: how often, where first, in how many children and in which last, and the element that it means or is near. */
interface Odd {
  count: number;
  line: number;
  children: number;
  child: number;
  element: YearElement | undefined;
}

/** Gathers what the schema does not allow: each kind once, with a count, its first line and its first value. */
function createFaults() {
  const kinds = new Map<string, {count: number; line: number; value?: string}>();
  const unknown = new Map<string, Odd>();
  const respelt = new Map<string, Odd>();
  let unlisted = 0;
  const addTo = (odd: Map<string, Odd>, name: string, element: YearElement | undefined, line: number, child: number) => {
    const seen = odd.get(name);
    if (!seen) {
      if (odd.size < MOST_UNKNOWN) odd.set(name, {count: 1, line, children: child ? 1 : 0, child, element});
      else unlisted++;
      return;
    }
    seen.count++;
    if (seen.child !== child) seen.children++;
    seen.child = child;
  };
  const often = ({count: times, children}: Odd) => `${count(times, "time")}${children ? `, of ${children === 1 ? "one child" : `${children.toLocaleString("en-GB")} children`}` : ""}`;
  const add = (what: string, line: number, value?: string) => {
    const kind = kinds.get(what);
    if (kind) kind.count++;
    else kinds.set(what, {count: 1, line, ...(value === undefined ? {} : {value: value.slice(0, 20)})});
  };
  return {
    invisible: 0,
    add,
    /** `near`: what it may have been meant for; `child`: in the how manyeth child it stands, 0 in none. */
    unknown: (name: string, near: YearElement | undefined, line: number, child: number) => addTo(unknown, name, near, line, child),
    /** A name in other case or punctuation than the schema's. */
    respelt: (name: string, element: YearElement, line: number, child: number) => addTo(respelt, name, element, line, child),
    /** Holds a closed group against the schema: what is missing and what is there too often. */
    group(found: Found) {
      const group = found.element;
      for (const {name, slot, group: holdsElements, many, required} of group.checked) {
        const first = holdsElements ? found.groups[slot] : found.texts[slot];
        const once = first === undefined || (holdsElements ? found.groups[slot]!.length === 1 : !found.more.some((m) => m.slot === slot));
        if (!once && !many) add(`${name} stands more than once in ${group.name}, and the first was read`, found.line);
        if (first !== undefined || !required) continue;
        const other = name === "Sex" ? "GenderCurrent" : name === "GenderCurrent" ? "Sex" : null;
        if (!other || textsOf(found, other).length === 0) add(`${name} is missing from ${group.name}`, found.line);
      }
    },
    warnings(this: {invisible: number}): Warning[] {
      const warnings: Warning[] = [...unknown].map(([name, odd]) => ({
        code: "unknown-element",
        message: `The element ${name.slice(0, 60)} is not in the CIN census schema and was not read (${often(odd)}${odd.element ? `; nearest: ${odd.element.name}` : ""}).`,
        line: odd.line,
        heading: name.slice(0, 60)
      }));
      for (const [name, odd] of respelt)
        warnings.push({code: "element-spelling", message: `The element ${name.slice(0, 60)} was read as ${odd.element!.name}, which is how the CIN census schema spells it (${often(odd)}).`, line: odd.line, heading: name.slice(0, 60)});
      if (unlisted) warnings.push({code: "unknown-element", message: `${count(unlisted, "more element")} not in the CIN census schema, under other names.`});
      for (const [what, {count: times, line, value}] of kinds)
        warnings.push({code: "schema-fault", message: `${what} (${count(times, "time")}${value === undefined ? "" : `; first "${value}"`}).`, line});
      if (this.invisible)
        warnings.push({code: "invisible-characters", message: `${count(this.invisible, "invisible character")} (bidirectional or zero-width) stripped.`});
      return warnings;
    }
  };
}
