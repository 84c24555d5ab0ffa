// The shipped mappings read the example: every heading has its field, every word its code, names and addresses no field at all.
import {mkdtemp, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import path from "node:path";
import {fileURLToPath} from "node:url";
import {parse} from "csv-parse/sync";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {makeExample, type ExampleFile} from "../../etl/example/index.ts";
import {peekCsv} from "../../etl/extract/csv.ts";
import {peekXlsx} from "../../etl/extract/xlsx.ts";
import {readContracts, type Contract} from "../../etl/load/contract.ts";
import {codeOf} from "../../etl/load/load.ts";
import {chooseMapping, ownHeadings, readMappings, type Mapping} from "../../etl/load/mapping.ts";
import {templateMappings} from "../../etl/load/templates.ts";
import {readReference, type Reference} from "../../etl/transform/reference.ts";

const data = fileURLToPath(new URL("../../data/", import.meta.url));
let contracts: Map<string, Contract>;
let mappings: Mapping[];
let reference: Reference;
let files: ExampleFile[];
let dir: string;

beforeAll(async () => {
  contracts = await readContracts();
  mappings = [...readMappings(path.join(data, "mappings"), contracts), ...templateMappings(contracts), ...[...contracts.values()].map(ownHeadings)];
  reference = readReference(path.join(data, "reference"));
  files = makeExample({children: 3_000}).files.filter((f) => !f.file.endsWith(".xml"));
  dir = await mkdtemp(path.join(tmpdir(), "marlhaven-"));
});
afterAll(() => rm(dir, {recursive: true}));

const chosen = async (fileName: string, bytes: Buffer | string) => {
  await writeFile(path.join(dir, fileName), bytes);
  const peek = await (fileName.endsWith(".xlsx") ? peekXlsx : peekCsv)(path.join(dir, fileName));
  return chooseMapping(peek, peek.sheets[0]!, fileName, mappings, contracts);
};

describe("the shipped mappings", () => {
  test("know every export of the example by its headings, and drop only what nobody may load", async () => {
    const found: Record<string, string> = {};
    const dropped: Record<string, string[]> = {};
    for (const {file, bytes, recordSets} of files.filter((f) => !f.file.startsWith("annex_a"))) {
      const {mapping, headingsDropped} = await chosen(file, bytes);
      found[file] = mapping.records[0]!.set;
      if (headingsDropped.length > 0) dropped[file.replace(/_\d.*/, "")] = headingsDropped;
      expect({file, sets: mapping.records.map((r) => r.set)}).toEqual({file, sets: recordSets.map((r) => r.name)});
    }
    expect(dropped).toEqual({mash_contacts: ["Surname", "Forename", "Address"]});
    // with the censuses, which fill no other
    expect(new Set(Object.values(found))).toEqual(new Set(contracts.keys()));
  });

  test("and the word lists know every word of the example but the one planted to be unknown", async () => {
    const unknown = new Set<string>();
    for (const {file, bytes} of files.filter((f) => f.file.endsWith(".csv"))) {
      const {records, plan} = await chosen(file, bytes);
      const rows = (parse(bytes, {relaxColumnCount: true, skipEmptyLines: true, bom: true, encoding: "utf8"}) as string[][]).filter((r) => r.length === plan.headings.length && r[0] !== plan.headings[0] && r[0] !== "Total");
      for (const {mapping, fields} of records) {
        for (const {field, columns} of fields) {
          const spec = contracts.get(mapping.set)!.fields[field]!;
          if (spec.kind !== "code" || !spec.list) continue;
          const words = rows.flatMap((r) => (spec.many ? r[columns[0]!]!.split(";") : [r[columns[0]!]!])).filter(Boolean);
          for (const word of new Set(words)) if (codeOf(reference, spec.list, word, mapping.words[field]) === null) unknown.add(`${file} ${field}: ${word}`);
        }
      }
    }
    // in so small a city nobody may have used it
    expect([...unknown].filter((word) => word !== "mash_contacts_2026-03-31.csv source: Hub transfer (old code 77)")).toEqual([]);
  });

  test.each([
    ["the commonest headings", "Child Unique ID,Contact Date,Contact Source,Surname,Outcome", ["child_id", "received_at", "source", "outcome"]],
    ["another order, case and punctuation", "outcome,CONTACT-DATE, child  unique id ,contact_source", ["child_id", "received_at", "source", "outcome"]],
    ["Liquidlogic's", "FACT_CONTACT_ID,DIM_PERSON_ID,CONTACT_DTTM,DIM_LOOKUP_CONT_SORC_ID_DESC", ["contact_id", "child_id", "received_at", "source"]],
    ["Mosaic's", "WorkflowStepID,PersonID,StartDate,ContactSource,Outcome", ["contact_id", "child_id", "received_at", "source", "outcome"]],
    ["a date and a time apart", "Contact ID,Person ID,Contact Date,Contact Time,Contact Source", ["contact_id", "child_id", "received_at", "source"]]
  ])("read contacts with %s", async (_, headings, fields) => {
    const {mapping, records} = await chosen("export.csv", `${headings}\n`);
    expect(mapping.records[0]!.set).toBe("contact");
    expect(records[0]!.fields.map((f) => f.field).sort()).toEqual([...fields].sort());
  });
});
