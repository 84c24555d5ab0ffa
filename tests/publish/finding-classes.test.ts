// A finding's class says what could answer it: records (R), records as a proxy (P), an audit (A), another dataset (O). It must say what its measures need.
import {fileURLToPath} from "node:url";
import {describe, expect, test} from "vitest";
import {readMeasures, type Measure} from "../../etl/transform/measures.ts";
import {FINDING_CLASSES, readReference, type Finding} from "../../etl/transform/reference.ts";

const measures = readMeasures();
const {findings} = readReference(fileURLToPath(new URL("../../data/reference/", import.meta.url)));

/** Record sets of judgement, and those of other datasets than the front door's. Every other is a record of work with children. */
const JUDGEMENT = ["audit", "audit_action", "audit_plan"];
const ELSEWHERE = ["training", "workforce", "partner_return"];

const partsOf = (entry: string): Measure[] => measures.filter((m) => m.id === entry || m.id.replace(/[a-z]$/, "") === entry);
const setsOf = (entry: string): string[] => partsOf(entry).flatMap((m) => m.requires.flatMap((need) => need.split("|").map((field) => field.trim().split(".")[0]!)));
const needs = (entry: string, sets: string[]): boolean => setsOf(entry).some((set) => sets.includes(set));

/** What speaks against the class of a finding; empty when it is consistent. */
function contradictions(f: Pick<Finding, "class" | "measures" | "focus" | "note">): string[] {
  const letters = new Set(f.class.split(/[+/]/));
  const audits = f.measures.filter((m) => needs(m, JUDGEMENT));
  const others = f.measures.filter((m) => !audits.includes(m) && needs(m, ELSEWHERE));
  const records = f.measures.filter((m) => !audits.includes(m) && !others.includes(m));
  const context = (m: string) => new RegExp(`\\b${m}\\b[^;]*for context`).test(f.focus ?? "");
  const wrong: string[] = [];
  const fault = (when: boolean, words: string) => void (when && wrong.push(words));
  const measurable = !letters.has("—");
  fault(!measurable && f.measures.length > 0, "not measurable, yet it has measures");
  fault(measurable && letters.has("A") && audits.length === 0, "needs an audit, yet no measure reads one");
  fault(!letters.has("A") && audits.length > 0, `${audits.join()} needs an audit, which the class does not say`);
  fault(letters.has("R") && records.length === 0, "measurable from records, yet no measure reads them");
  // a proxy may be something other than a measure, if the note says what is shown
  fault(letters.has("P") && records.length === 0 && !/Shown as/.test(f.note ?? ""), "a proxy from records, yet neither a measure nor the note says which");
  fault(!letters.has("R") && !letters.has("P") && records.some((m) => !context(m)), "records are read for more than context, which the class does not say");
  fault(!letters.has("O") && others.some((m) => !context(m)), "another dataset is read for more than context, which the class does not say");
  fault(f.class === "O" && records.length > 0, "another dataset only, yet the front door's records are read");
  return wrong;
}

describe("the class of every finding", () => {
  test("is one that is defined", () => expect(findings.filter((f) => !FINDING_CLASSES.includes(f.class))).toEqual([]));
  test("agrees with what its measures need", () => expect(findings.flatMap((f) => contradictions(f).map((words) => `${f.inspection} ${f.id} (${f.class}): ${words}`))).toEqual([]));
  test("a finding without a measure says why, or what is shown instead", () => expect(findings.filter((f) => f.measures.length === 0 && !f.note)).toEqual([]));
  test("every measure that a finding names exists as a measure file, and every finding that a measure names has that measure", () => {
    expect(findings.flatMap((f) => f.measures.filter((entry) => partsOf(entry).length === 0).map((entry) => `${f.id} names ${entry}`))).toEqual([]);
    const named = new Map(findings.map((f) => [f.id, f.measures.flatMap((entry) => partsOf(entry).map((m) => m.id))]));
    expect(measures.flatMap((m) => m.findings.filter((id) => !named.get(id)?.includes(m.id)).map((id) => `${m.id} names ${id}`))).toEqual([]);
    expect(findings.flatMap((f) => f.measures.filter((entry) => !partsOf(entry).some((m) => m.findings.includes(f.id))).map((entry) => `no part of ${entry} names ${f.id}`))).toEqual([]);
  });
});

describe("a class that is wrong is found", () => {
  const finding = (over: Partial<Finding>) => ({class: "R", measures: ["N3"], focus: null, note: null, ...over}) as Finding;
  test.each([
    ["records called an audit", finding({class: "A"}), "needs an audit, yet no measure reads one"],
    ["an audit passed off as records", finding({measures: ["N3", "Q2"]}), "Q2 needs an audit, which the class does not say"],
    ["records that nothing reads", finding({measures: ["Q2"], class: "R+A"}), "measurable from records, yet no measure reads them"],
    ["training passed off as records", finding({measures: ["N3", "W1"]}), "another dataset is read for more than context, which the class does not say"],
    ["front-door records passed off as another dataset", finding({class: "O"}), "another dataset only, yet the front door's records are read"],
    ["what is not measurable, measured", finding({class: "A/—"}), "not measurable, yet it has measures"],
    ["a silent proxy", finding({class: "P", measures: []}), "a proxy from records, yet neither a measure nor the note says which"]
  ])("%s", (_, f, words) => expect(contradictions(f)).toContain(words));
  test("records may stand beside an audit for context, if the focus says so", () => {
    expect(contradictions(finding({class: "A", measures: ["Q2", "N3"], focus: "Q2 on plans; N3 for context"}))).toEqual([]);
    expect(contradictions(finding({class: "A", measures: ["Q2", "N3"], focus: "Q2 on plans"}))).toHaveLength(1);
  });
});
