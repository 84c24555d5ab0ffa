// What the settings refuse: a mistake is named, with its fix.
import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import {expect, onTestFinished, test} from "vitest";
import {readSettings} from "../../etl/settings.ts";

function read(text: string) {
  const folder = mkdtempSync(path.join(tmpdir(), "frontdoor-settings-"));
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
  const file = path.join(folder, "settings.yaml");
  writeFileSync(file, text);
  return readSettings(file);
}

test("the address of a case system holds the id's place once and is nothing but a web address", () => {
  expect(read("").case_link).toBeNull();
  expect(read("case_link: https://cases.example/child/{id}?tab=1").case_link).toBe("https://cases.example/child/{id}?tab=1");
  for (const wrong of ["https://cases.example/child/", "https://cases.example/{id}/{id}", '"javascript:alert({id})"', "cases.example/{id}", '"https://cases.example/ {id}"']) expect(() => read(`case_link: ${wrong}`), wrong).toThrow("settings.yaml: case_link: must be an address that holds {id} once");
});

test("labels are one line of text each, and no two teams are called alike", () => {
  expect(read("").labels).toEqual({teams: {}, words: {}});
  expect(read('labels: {teams: {North: " <b>Harbour</b> "}, words: {child in need: supported child}}').labels).toEqual({teams: {North: "<b>Harbour</b>"}, words: {"child in need": "supported child"}});
  for (const [wrong, why] of [['teams: {North: ""}', "must not be blank"], ['teams: {North: "a\\nb"}', "one line of plain text"], [`words: {child in need: ${"x".repeat(101)}}`, "longer than 100"], ["words: {a: b}", "too short"], ["team: {North: x}", "labels"], ["teams: {North: One, South: One}", "“One” is what North is called already"]]) expect(() => read(`labels: {${wrong}}`), wrong).toThrow(why);
});

test("a key that is misspelt is named with the nearest there is, and what is no YAML by its line", () => {
  expect(() => read("runs_keep: 3")).toThrow("settings.yaml: runs_keep: there is no such setting; nearest: runs_kept");
  expect(() => read("partnership: {treshold: 5}")).toThrow("settings.yaml: partnership.treshold: there is no such setting; nearest: threshold");
  expect(() => read("gates:\n  all: {smallest_percents: 5}")).toThrow("settings.yaml: gates.all.smallest_percents: there is no such setting; nearest: smallest_percent");
  expect(() => read("runs_kept: 3\nlabels:\n\tteams: {}\n")).toThrow(/^settings\.yaml: line [23]: [^\n]*indents are spaces, never tabs\)$/);
  expect(() => read("runs_kept: 3\nruns_kept: 4\n")).toThrow(/^settings\.yaml: line 2: Map keys must be unique/);
  expect(() => readSettings(path.join(tmpdir(), "no such folder", "settings.yaml"))).toThrow("settings.yaml; put it back (an empty file leaves everything as it is by default)");
});
