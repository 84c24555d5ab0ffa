// What an authority calls its teams and things: whole words only, in the case of the text, once.
import {describe, expect, it} from "vitest";
import {inWords, reworded, teamName, teamOf, useLabels} from "../../src/components/relabel.js";

const words = {"child in need": "supported child", "children in need": "supported children", CIN: "SC", "(x+y)": "z"};

describe("an authority's own words", () => {
  it.each([
    ["Children in need seen alone", "Supported children seen alone"],
    ["Child-in-need reviews; a child in need", "Supported child reviews; a supported child"],
    ["CIN plans and cin plans", "SC plans and SC plans"],
    ["coincidence, CINs, grandchild in needle", "coincidence, CINs, grandchild in needle"],
    ["(x+y) stays plain text", "z stays plain text"],
    ["", ""]
  ])("%s", (text, said) => expect(reworded(text, words)).toBe(said));
  it("are said once, also where they hold the phrase itself", () => expect(reworded("a child in need", {"child in need": "child in need of help"})).toBe("a child in need of help"));
  it("change nothing where none are set, and a name of the language itself is no team's", () => {
    expect(reworded("child in need", {})).toBe("child in need");
    expect([teamOf("toString", {}), teamOf("North", {North: "<b>N</b>"})]).toEqual(["toString", "<b>N</b>"]);
  });
  it("are those of the run that is open", () => {
    useLabels({teams: {North: "Harbour"}, words});
    expect([inWords("Child in need"), teamName("North"), teamName("South")]).toEqual(["Supported child", "Harbour", "South"]);
    useLabels(undefined);
    expect([inWords("Child in need"), teamName("North")]).toEqual(["Child in need", "North"]);
  });
});
