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
