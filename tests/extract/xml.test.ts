// Two readers of XML, one of ordinary markup and saxes, tell the same: whatever stands in the file and wherever it is cut. Knows no census and no workbook.
import fc from "fast-check";
import {expect, it} from "vitest";
import {parseXml} from "../../etl/extract/xml.ts";

/** Everything that is told of a text fed in pieces, and the refusal that ends it. */
async function told(pieces: string[], options: {path?: "slow"} = {}): Promise<unknown[][]> {
  const events: unknown[][] = [];
  try {
    await parseXml(
      async function* (at) {
        for (const piece of pieces) {
          yield piece;
          events.push(["piece", at()]);
        }
      },
      {
        open: (name, attributes, at, depth) => events.push(["open", name, {...attributes}, at, depth]),
        close: (name, text, leaf, at) => events.push(["close", name, text, leaf, at]),
        stray: (at) => events.push(["stray", at])
      },
      options
    );
  } catch (error) {
    events.push([(error as {code?: string}).code, (error as Error).message]);
  }
  return events;
}

const NAMES = ["a", "b", "Child", "x:row", "_1.-", "c"];
const SPACE = ["", "\n", "\r\n", "  ", "\t", "\n\n    ", " \r\n "];
const name = fc.constantFrom(...NAMES);
const text = fc.oneof(
  {weight: 6, arbitrary: fc.constantFrom("", "1", "2024-04-01", "é", "a > b", " x ", "two\nlines", "two\r\nlines", "\u00a0", "\u2028")},
  {weight: 1, arbitrary: fc.constantFrom("&amp;", "&nope;", "]]>", "\r", "a\rb", "\u0001", "\ufeff", "<![CDATA[<a>]]>", "<!-- <b> -->", "<?pi ?>", "😀", "<", "\ud800", "]")}
);
const attributes = fc.array(
  fc.oneof(
    {weight: 6, arbitrary: fc.tuple(fc.constantFrom("r", "t", "xml:space", "xmlns"), fc.constantFrom("", "A1", "a>b", "é 'x'")).map(([key, value]) => ` ${key}="${value}"`)},
    {weight: 1, arbitrary: fc.constantFrom(" r='A1'", ' r = "1"', '\nr="1"', ' r="&lt;"', ' r="a\nb"', " r", ' r="<"', ' r="1"t="2"', "  ", " ")}
  ),
  {maxLength: 3}
);
const {tree} = fc.letrec<{tree: string; inside: string}>((tie) => ({
  inside: fc.oneof({maxDepth: 4, withCrossShrink: true}, text, fc.array(tie("tree"), {maxLength: 5}).map((parts) => parts.join("\n"))),
  tree: fc.tuple(name, attributes, tie("inside"), fc.constantFrom(...SPACE), fc.constantFrom("", "", "", "", "/", " /", " ", "x"), name).map(([n, given, inside, space, end, other]) =>
    end.includes("/") ? `${space}<${n}${given.join("")}${end}>` : `${space}<${n}${given.join("")}>${inside}${space}</${end === "x" ? other : n}${end === "x" ? "" : end}>`
  )
}));
const document = fc.tuple(
  fc.constantFrom("", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-8"?>\r\n', '<?xml version="1.1"?>', "\ufeff", " ", "<!DOCTYPE a>", "x", '<?xml version="1.0" encoding=\'UTF-8\' ?>'),
  tree,
  fc.constantFrom("", "", "\n", "\r\n", "x", "<a/>", "</a>", "<!-- end -->", "<", "&amp;")
).map((parts) => parts.join(""));

it("ordinary markup is told as saxes tells it, and the rest by saxes, wherever the text is cut", async () => {
  await fc.assert(
    fc.asyncProperty(document, fc.array(fc.nat(400), {maxLength: 6}), fc.option(fc.nat(400), {freq: 4}), async (whole, cuts, lost) => {
      const kept = lost === null ? whole : whole.slice(0, Math.max(1, whole.length - lost));
      const at = [...new Set([0, ...cuts.map((c) => c % (kept.length + 1)), kept.length])].sort((a, b) => a - b);
      const pieces = at.slice(1).map((end, i) => kept.slice(at[i], end)).filter((piece) => piece !== "");
      const slow = await told(pieces, {path: "slow"});
      const fast = await told(pieces);
      // saxes may find a fault a piece sooner, where a tag is not yet whole
      const fault = slow.some(([what]) => String(what).startsWith("xml-"));
      const heard = (events: unknown[][]) => (fault ? events.filter(([what]) => what !== "piece") : events);
      expect(heard(fast)).toEqual(heard(slow));
    }),
    {numRuns: 4000}
  );
});
