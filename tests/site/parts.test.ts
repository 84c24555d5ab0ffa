// @vitest-environment jsdom
// The parts of a page in their places: what is on the screen first, the others after it, and never an old number unmarked under a new choice.
import fc from "fast-check";
import {beforeEach, describe, expect, it} from "vitest";
import {partsIn} from "../../src/components/parts.js";

const TALL = 300;
let body: HTMLElement;
beforeEach(() => {
  body = document.createElement("div");
  document.body.replaceChildren(body);
});

/** A part as tall as all others; jsdom lays nothing out. */
function part(name: string): HTMLElement {
  const one = document.createElement("section");
  one.textContent = name;
  one.getBoundingClientRect = () => {
    const top = [...body.children].indexOf(one) * TALL;
    return {top, bottom: top + TALL, height: TALL} as DOMRect;
  };
  return one;
}
const shown = () => [...body.children].map((one) => `${one.textContent}${(one as HTMLElement).dataset.waiting ? " waits" : ""}`);
const always = () => true;
/** Parts with these names, and which of them were made so far. */
function parts(...names: (string | null)[]): {made: string[]; all: Generator<HTMLElement | null>} {
  const made: string[] = [];
  function* all() {
    for (const name of names) {
      if (name === "broken") throw new Error("this part broke");
      if (name) made.push(name);
      yield name === null ? null : part(name);
    }
  }
  return {made, all: all()};
}
const letters = (text: string) => parts(...text).all;

describe("the parts of a page", () => {
  it("fill the window at once; the others come after it, in their order", async () => {
    const {made, all} = parts(..."abcdef");
    const whole = partsIn(body).show(all, always);
    expect(innerHeight).toBe(768);
    expect(shown()).toEqual(["a", "b", "c"]);
    expect(made).toEqual(["a", "b", "c"]);
    expect(await whole).toBe(true);
    expect(shown()).toEqual([..."abcdef"]);
  });

  it("take the places of those on the screen at once; old ones that wait are marked, and keep their room, until their turn", async () => {
    const {show} = partsIn(body);
    await show(letters("abcdef"), always);
    const whole = show(letters("ABCDEF"), always);
    expect(shown()).toEqual(["A", "B", "C", "d waits", "e waits", "f waits"]);
    expect((body.children[3] as HTMLElement).style.height).toBe("300px");
    expect(await whole).toBe(true);
    expect(shown()).toEqual([..."ABCDEF"]);
  });

  it("are given up for a later choice: nothing more of them is made, and all of the later stand in the end", async () => {
    const {show} = partsIn(body);
    await show(letters("abcdef"), always);
    let turn = 1;
    const first = parts(..."ABCDEF");
    const given = show(first.all, () => turn === 1);
    turn = 2;
    const later = show(letters("uvwxyz"), () => turn === 2);
    expect(await given).toBe(false);
    expect(await later).toBe(true);
    expect(first.made).toEqual(["A", "B", "C"]);
    expect(shown()).toEqual([..."uvwxyz"]);
  });

  it("stand all at once when the page is printed", async () => {
    const {show} = partsIn(body);
    const whole = show(letters("abcdef"), always);
    dispatchEvent(new Event("beforeprint"));
    expect(shown()).toEqual([..."abcdef"]);
    expect(await whole).toBe(true);
  });

  it("tell of one that cannot be drawn, wherever it stands, also when it was drawn for paper", async () => {
    for (const names of [["broken"], [..."abcde", "broken", "f"]]) await expect(partsIn(body).show(parts(...names).all, always)).rejects.toThrow("this part broke");
    const whole = partsIn(body).show(parts(..."abcde", "broken", "f").all, always);
    dispatchEvent(new Event("beforeprint"));
    await expect(whole).rejects.toThrow("this part broke");
  });

  it("are those of the last choice, in order, whichever of them are left out and whenever a choice is given up", () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.record({names: fc.array(fc.option(fc.string({minLength: 1, maxLength: 2}), {freq: 3}), {maxLength: 9}), waited: fc.boolean()}), {minLength: 1, maxLength: 5}), async (choices) => {
        body.replaceChildren();
        const {show} = partsIn(body);
        let turn = 0;
        for (const [i, {names, waited}] of choices.entries()) {
          const mine = ++turn;
          const whole = show(parts(...names.map((name) => name && `${i}${name}`)).all, () => mine === turn);
          // what is not of this choice is marked from the first moment
          expect(shown().filter((text) => !text.startsWith(`${i}`) && !text.endsWith(" waits"))).toEqual([]);
          if (waited || i === choices.length - 1) await whole;
        }
        expect(shown()).toEqual(choices.at(-1)!.names.flatMap((name) => (name ? [`${choices.length - 1}${name}`] : [])));
      }),
      {numRuns: 30}
    ));
});
