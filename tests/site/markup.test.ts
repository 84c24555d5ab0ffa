// @vitest-environment jsdom
// Templates become elements; what is put in stands as text or as the node it is, whatever it says, each time anew.
import {describe, expect, it} from "vitest";
import {html, svg} from "../../src/components/markup.ts";

const hostile = `"><img src=x onerror=alert(1)> & '::0::' <!--::1::-->`;

describe("a template", () => {
  it("puts text in as text and in attributes as their value, whatever it says", () => {
    const made = html`<p title=${hostile} class="a ${hostile} b" data-n=${3}>${hostile}, ${7}</p>`;
    expect([made.title, made.className, made.dataset.n, made.textContent]).toEqual([hostile, `a ${hostile} b`, "3", `${hostile}, 7`]);
    expect(made.children).toHaveLength(0);
  });
  it("puts nodes and lists in their order, and nothing for null", () => {
    const row = (word: string) => html`<td>${word}</td>`;
    const made = html`<table><tbody><tr>${row("a")}${null}${["b", "c"].map(row)}${undefined}${[null, "d"]}</tr></tbody></table>`;
    expect(made.innerHTML).toBe("<tbody><tr><td>a</td><td>b</td><td>c</td>d</tr></tbody>");
  });
  it("leaves an attribute out for null and false, and leaves it empty for true", () => {
    expect(html`<button hidden=${true} disabled=${false} id=${null}>x</button>`.outerHTML).toBe('<button hidden="">x</button>');
  });
  it("gives a new element each time, with no value of the time before", () => {
    const make = (word: string, kind: string | null) => html`<p class=${kind}>${word}<b>${word}</b></p>`;
    const [first, second] = [make("one", "x"), make("two", null)];
    expect([first.outerHTML, second.outerHTML]).toEqual(['<p class="x">one<b>one</b></p>', "<p>two<b>two</b></p>"]);
  });
  it("is one element, or several in a span; words alone are a text, and a fragment is all of them", () => {
    expect(html`<i></i><b></b>`.outerHTML).toBe("<span><i></i><b></b></span>");
    expect([html`${1} of ${2}`.nodeType, html`${1} of ${2}`.textContent]).toEqual([3, "1 of 2"]);
    expect(html.fragment`<i></i>${"x"}`.childNodes).toHaveLength(2);
  });
  it("of a drawing makes elements of a drawing, with the names that drawings have", () => {
    const made = svg`<svg viewBox=${"0 0 1 1"}>${[1, 2].map((r) => svg`<circle r=${r} />`)}</svg>`;
    expect([made.outerHTML, made.firstElementChild!.namespaceURI]).toEqual(['<svg viewBox="0 0 1 1"><circle r="1"></circle><circle r="2"></circle></svg>', "http://www.w3.org/2000/svg"]);
    expect(svg`<g></g><g></g>`.outerHTML).toBe("<g><g></g><g></g></g>");
  });
  it("says so where a value stands where none can", () => {
    expect(() => html`<textarea>${"x"}</textarea>`).toThrow("where none can stand");
    expect(() => html`<p ${"x"}></p>`).toThrow("where none can stand");
  });
});
