// CSV files as council PCs write them, and what each gets.
import fc from "fast-check";
import {closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync} from "node:fs";
import {join} from "node:path";
import {beforeAll, describe, expect, it} from "vitest";
import type {DuckDBConnection} from "@duckdb/node-api";
import {columnLetter, normaliseHeading, peekCsv, readCsv} from "../../etl/extract/csv.ts";
import {connect, file, folder, read, rowsOf} from "./help.ts";

let conn: DuckDBConnection;
beforeAll(async () => {
  conn = await connect();
});

const cellsOf = (rows: (string | number | null)[][]) => rows.map(([, ...cells]) => cells.slice(0, -1));
const codes = (warnings: {code: string}[]) => warnings.map((warning) => warning.code);

describe("headings and columns", () => {
  it("treats headings alike whatever their case, punctuation, no-break spaces and underscores", () => {
    const same = ["Child Unique ID", " child unique id ", "CHILD_UNIQUE_ID", "Child\u00a0Unique-ID", "Child  unique: (ID)", "\ufeffＣhild unique id"];
    expect(new Set(same.map(normaliseHeading))).toEqual(new Set(["child unique id"]));
    expect(normaliseHeading("Child’s ID")).toBe(normaliseHeading("Childs ID"));
  });
  it("names columns as a spreadsheet does", () => {
    expect([0, 25, 26, 51, 701, 702, 16383].map(columnLetter)).toEqual(["A", "Z", "AA", "AZ", "ZZ", "AAA", "XFD"]);
  });
});

describe("encodings", () => {
  const text = "id,place\n001,Zoë’s – café\n";
  it("reads UTF-8 with and without a byte order mark", async () => {
    for (const [content, encoding] of [[text, "utf-8"], ["\ufeff" + text, "utf-8-bom"]] as const) {
      const got = await read(conn, file(content));
      expect(got.peek.encoding).toBe(encoding);
      expect(got.headings).toEqual(["id", "place"]);
      expect(cellsOf(got.rows)).toEqual([["001", "Zoë’s – café"]]);
    }
  });
  it("reads UTF-16 of either byte order with its mark", async () => {
    const wide = Buffer.from("\ufeff" + text.replaceAll(",", "\t"), "utf16le");
    for (const [content, encoding] of [[wide, "utf-16le"], [Buffer.from(wide).swap16(), "utf-16be"]] as const) {
      const got = await read(conn, file(content));
      expect([got.peek.encoding, got.peek.delimiter]).toEqual([encoding, "\t"]);
      expect(cellsOf(got.rows)).toEqual([["001", "Zoë’s – café"]]);
    }
  });
  it("reads Windows-1252, curly quotes and dashes too, and says so", async () => {
    const got = await read(conn, file(Buffer.from("id,place\n001,Zo\xeb\x92s \x96 caf\xe9 \x80\n", "latin1")));
    expect(cellsOf(got.rows)).toEqual([["001", "Zoë’s – café €"]]);
    expect(codes(got.all)).toEqual(["encoding-windows-1252"]);
  });
  it("rejects the rows whose bytes break UTF-8 half-way, by line, and puts U+FFFD nowhere", async () => {
    const bytes = Buffer.concat([Buffer.from("id,place\n1,Zoë\n2,café\n3,é\n"), Buffer.from("4,Zo\xeb\n", "latin1"), Buffer.from("5,ok\n")]);
    const got = await read(conn, file(bytes));
    expect(got.rejections).toEqual([{line: 5, reasons: ["the row holds bytes that are not UTF-8"]}]);
    expect(cellsOf(got.rows)).toEqual([["1", "Zoë"], ["2", "café"], ["3", "é"], ["5", "ok"]]);
    expect(got.read).toBe(5);
    expect(codes(got.all)).toEqual(["encoding-broken"]);
    expect(JSON.stringify(got)).not.toContain("\ufffd");
  });
  it("rejects a Windows-1252 row with a byte that the encoding does not have", async () => {
    const got = await read(conn, file(Buffer.from("id,place\n1,\xe9t\xe9\n2,\x81\n", "latin1")));
    expect(got.rejections.map(({line}) => line)).toEqual([3]);
  });
  it("rejects a UTF-16 row that holds half a surrogate pair", async () => {
    const bytes = Buffer.concat([Buffer.from("\ufeffid\tplace\n1\tok\n2\t", "utf16le"), Buffer.from([0x00, 0xd8]), Buffer.from("x\n3\tok\n", "utf16le")]);
    const got = await read(conn, file(bytes));
    expect(got.rejections).toEqual([{line: 3, reasons: ["the row holds bytes that are not UTF-16"]}]);
    expect(got.rows.map(([line]) => line)).toEqual([2, 4]);
  });
});

describe("dialects", () => {
  it.each([",", ";", "\t", "|"])("finds the delimiter %j by what splits rows alike, not by what is common", async (delimiter) => {
    const others = [",", ";", "|"].filter((other) => other !== delimiter).join(" ");
    const lines = [["id", "note", "source"], ["1", `a${others}${others}b`, "x"], ["2", "plain", "y"], ["3", "plain", "z"]];
    const got = await read(conn, file(lines.map((line) => line.join(delimiter)).join("\n") + "\n"));
    expect(got.peek.delimiter).toBe(delimiter);
    expect(got.rows).toHaveLength(3);
  });
  it.each([["LF", "\n"], ["CRLF", "\r\n"], ["CR alone", "\r"]])("reads lines that end in %s", async (_, newline) => {
    const got = await read(conn, file(["id,source", "1,Police", "2,Health", ""].join(newline)));
    expect(got.rows.map((row) => row.slice(0, 3))).toEqual([[2, "1", "Police"], [3, "2", "Health"]]);
  });
  it("reads LF and CRLF mixed, and newlines in quotes, with the line on which each row starts", async () => {
    const got = await read(conn, file('id,name,source\n1,"Smith\nJones",Police\r\n2,"a\r\nb\r\nc",Health\r\n3,Khan,GP\n'));
    expect(got.rows.map((row) => row.slice(0, 4))).toEqual([[2, "1", "Smith\nJones", "Police"], [4, "2", "a\r\nb\r\nc", "Health"], [7, "3", "Khan", "GP"]]);
    expect(got.rejections).toEqual([]);
  });
  it("keeps a quotation mark inside a cell that is not quoted, and halves a doubled one inside a cell that is", async () => {
    const got = await read(conn, file('id,note\n1,5" nail\n2,"said ""no"""\n'));
    expect(cellsOf(got.rows)).toEqual([["1", '5" nail'], ["2", 'said "no"']]);
  });
});

it("says whether a file may hold what a database writes for an empty cell, also across the chunks in which it is read", async () => {
  const around = (word: string, at: number) => file(`id,a\n1,${"x".repeat(at - 8)}${word}\n2,y\n`);
  for (const word of ["NULL", "[null]", "\\N"]) for (const at of [20, ...[1, 2, 3, 4, 5, 6].map((n) => (1 << 20) - n), 1 << 20]) expect((await peekCsv(around(word, at))).nulls, `${word} at ${at}`).toBe(true);
  expect((await peekCsv(around("nul", 1 << 20))).nulls).toBe(false);
  expect((await peekCsv(file(Buffer.from("\ufeffid,a\n1,NULL\n", "utf16le")))).nulls).toBe(true);
});

describe("lines that are not rows", () => {
  const text = "Contacts report,,\n\nRun on 01/04/2024,,\nid,source,outcome\n1,Police,NFA\n,,\n2,Health,NFA\n   \n\nGrand total,,2\n\n";
  it.each(["fast", "slow"])("skips and counts title lines, blank lines and a totals line (%s where it can)", async (by) => {
    const got = await read(conn, file(text), {headingLine: 4, ...(by === "slow" ? {by} : {})});
    expect(got.rows.map((row) => row.slice(0, 3))).toEqual([[5, "1", "Police"], [7, "2", "Health"]]);
    expect(got.skipped).toEqual({titleLines: 2, blankLines: 5, totalsLines: 1});
    expect(got.read).toBe(2);
  });
  it("skips a ragged totals line, but takes one in the middle for a row", async () => {
    const got = await read(conn, file("id,source,outcome\n1,Police,NFA\nTotal,,\n2,Health,NFA\nTotal: 2\n"));
    expect(got.rows.map((row) => row[1])).toEqual(["1", "Total", "2"]);
    expect(got.skipped.totalsLines).toBe(1);
  });
  it("reads headings only as no rows, with all columns", async () => {
    const got = await read(conn, file("id,source\n"));
    expect([got.read, got.rows]).toEqual([0, []]);
    expect((await conn.runAndReadAll("describe rows")).getRows().map((row) => row[0])).toEqual(["line", "c0", "c1", "rest"]);
  });
  it.each([["no bytes", ""], ["white space", " \r\n\t\n "], ["a byte order mark", "\ufeff"], ["delimiters", ",,,\n,,,\n"]])("refuses a file of %s", async (_, content) => {
    await expect(peekCsv(file(content))).rejects.toMatchObject({code: "empty-file"});
  });
});

describe("rows that are not whole", () => {
  it("rejects short and long rows with line and cell count, and shows no cell of them", async () => {
    const got = await read(conn, file("id,source,surname\n1,Police,Smith\n2,Jones\n3,Police,Khan,extra\n4,Police,Patel,\n"));
    expect(got.rows).toHaveLength(1);
    expect(got.rejections).toEqual([
      {line: 3, reasons: ["the row has 2 cells where the headings have 3"]},
      {line: 4, reasons: ["the row has 4 cells where the headings have 3"]},
      {line: 5, reasons: ["the row has 4 cells where the headings have 3"]}
    ]);
    expect(got.read).toBe(4);
  });
  it("takes trailing blank cells where the heading row has the same blank columns", async () => {
    const got = await read(conn, file("id,source,,\n1,Police,,\n2,Health,,\n"));
    expect([got.rows.length, got.rejections.length]).toEqual([2, 0]);
  });
  it("refuses a file cut off inside its last row", async () => {
    await expect(read(conn, file("id,source,outcome\n1,Police,NFA\n2,Poli"))).rejects.toMatchObject({code: "truncated", message: expect.stringContaining("line 3")});
    await expect(read(conn, file('id,source,outcome\n1,Police,NFA\n2,Police,"NF'))).rejects.toMatchObject({code: "truncated"});
    await expect(read(conn, file('id,source,outcome\n1,Police,NFA\n2,"Smith\nJo'))).rejects.toMatchObject({code: "truncated"});
    await expect(read(conn, file('id,source,outcome\n1,Police,NFA\n2,"Smith\n'))).rejects.toMatchObject({code: "truncated"});
    const midCharacter = Buffer.from("id,source\n1,é\n2,é");
    await expect(read(conn, file(midCharacter.subarray(0, -1)))).rejects.toMatchObject({code: "truncated"});
  });
  it("reads a whole last row without a newline, with a warning", async () => {
    const got = await read(conn, file("id,source\n1,Police\n2,Health"));
    expect(got.rows).toHaveLength(2);
    expect(codes(got.all)).toEqual(["no-final-newline"]);
  });
  it("rejects only the row whose quote is never closed, when the lines after it are whole", async () => {
    const after = Array.from({length: 5}, (_, i) => `${i + 3},Police,NFA\n`).join("");
    for (const rest of [after, after + '9,"quoted, later",NFA\n']) {
      const got = await read(conn, file(`id,source,outcome\n1,Police,NFA\n2,"Health,NFA\n${rest}`));
      expect(got.rejections).toEqual([{line: 3, reasons: [expect.stringContaining("never closed")]}]);
      expect(got.rows).toHaveLength(rest.split("\n").length);
    }
  });
  it("rejects a row with an undoubled quote inside a quoted cell", async () => {
    const got = await read(conn, file('id,note\n1,"she said "hello" to me"\n2,ok\n'));
    expect(got.rejections).toEqual([{line: 2, reasons: [expect.stringContaining("not doubled")]}]);
    expect(cellsOf(got.rows)).toEqual([["2", "ok"]]);
  });
  it("refuses a file where an unclosed quote leaves mostly broken lines", async () => {
    const text = 'id,note,source\n1,ok,Police\n2,"a long note\nthat goes on\nand on\nand on,Police\n';
    await expect(read(conn, file(text))).rejects.toMatchObject({code: "unclosed-quote", message: expect.stringContaining("line 3")});
  });
  it("rejects a row with a NUL byte", async () => {
    const got = await read(conn, file("id,source\n1,Pol\0ice\n2,Health\n"));
    expect(got.rejections).toEqual([{line: 2, reasons: ["the row holds a NUL byte"]}]);
    expect(got.rows).toHaveLength(1);
  });
  it("loads a cell of 1 MB and rejects the row of a longer one, mapped or not", async () => {
    const megabyte = "x".repeat(1 << 20);
    const got = await read(conn, file(`id,note\n1,${megabyte}\n2,${megabyte}y\n3,"${megabyte}y"\n4,ok\n`), {keep: [0]});
    expect(got.rows.map((row) => row[1])).toEqual(["1", "4"]);
    expect(got.rejections.map(({line, reasons}) => [line, reasons])).toEqual([[3, ["a cell is longer than 1 MB"]], [4, ["a cell is longer than 1 MB"]]]);
  });
  it("rejects a row over 8 MB without holding it, and reads on", async () => {
    const got = await read(conn, file(`id,note\n1,${"x".repeat(20 << 20)}\n2,ok\n`));
    expect(got.rejections).toEqual([{line: 2, reasons: ["the row is longer than 8 MB"]}]);
    expect(cellsOf(got.rows)).toEqual([["2", "ok"]]);
  });
  it("refuses a file that is one line of 3 GB, at once", async () => {
    const path = join(folder(), "huge.csv");
    const handle = openSync(path, "w");
    writeSync(handle, "id,source,");
    ftruncateSync(handle, 3 * 2 ** 30);
    closeSync(handle);
    const started = performance.now();
    await expect(peekCsv(path)).rejects.toMatchObject({code: "line-too-long"});
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe("cells", () => {
  it("strips invisible characters and counts them", async () => {
    const got = await read(conn, file("id,source\n1\u200b23,\u202ePolice\u202c\n4,Health\n"));
    expect(cellsOf(got.rows)).toEqual([["123", "Police"], ["4", "Health"]]);
    expect(got.warnings).toEqual([{code: "invisible-characters", message: expect.stringContaining("3 invisible characters")}]);
  });
  it("trims outer white space, no-break too, and takes a blank cell for null", async () => {
    for (const by of ["fast", "slow"] as const) {
      const got = await read(conn, file('id,source,note\n 1 ,\u00a0Police\u00a0 ,"  "\n'), {by});
      expect(cellsOf(got.rows)).toEqual([["1", "Police", null]]);
    }
  });
  it("keeps ids, formulas, SQL and HTML as the text they are", async () => {
    const cells = ["00123", "1.23457E+12", "=cmd()", "'); drop table rows; --", "<script>alert(1)</script>", "NULL", "true", "31/02/2024"];
    const got = await read(conn, file(`${cells.map((_, i) => `h${i}`)}\n${cells.join(",")}\n`), {by: "fast"});
    expect(cellsOf(got.rows)).toEqual([cells]);
  });
  it("keeps no text of an unmapped column, yet tells rows apart that differ only there", async () => {
    const got = await read(conn, file("id,surname\n1,Smith\n1,Smith\n1,Jones\n"), {keep: [0]});
    const rests = got.rows.map((row) => row.at(-1));
    expect(rests[0]).toBe(rests[1]);
    expect(rests[0]).not.toBe(rests[2]);
    expect((await conn.runAndReadAll("select table_name from duckdb_tables()")).getRows().flat()).not.toContain("rows_stage");
    expect(JSON.stringify(await rowsOf(conn, "rows"))).not.toMatch(/Smith|Jones/);
  });
});

describe("the two paths", () => {
  it("reads a file whose name is a pattern as itself, not as the files that match", async () => {
    const path = file("id,source\n1,Police\n", "contacts[1].csv");
    writeFileSync(join(path, "..", "contacts1.csv"), "id,source\n9,Wrong\n");
    mkdirSync(join(path, "..", "sub"));
    const got = await read(conn, path);
    expect(cellsOf(got.rows)).toEqual([["1", "Police"]]);
  });
  it("gives the same rows, lines, hashes, counts and rejections by the fast path as by the slow one", async () => {
    const cell = fc.oneof(
      {weight: 6, arbitrary: fc.string({maxLength: 6})},
      {weight: 3, arbitrary: fc.constantFrom("", " ", "a", "é", "Total", "x y", "\u00a0", "\u3000z", "\t", "a\tb", "''", "\u2028")},
      {weight: 1, arbitrary: fc.string({unit: fc.constantFrom('"', ",", ";", "\n", "\r\n", "\r", "|", "\t", "a", "é", "\u200b", "😀", "\0")})}
    );
    let fast = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({min: 2, max: 4}),
        fc.constantFrom(",", ";", "\t", "|"),
        fc.constantFrom("\n", "\r\n"),
        fc.array(fc.array(cell, {minLength: 4, maxLength: 4}), {maxLength: 8}),
        fc.constantFrom("", "\n", "\n\n"),
        fc.boolean(),
        async (width, delimiter, newline, cells, end, quoteAll) => {
          const quote = (text: string) => (quoteAll || /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text);
          const lines = [["h0", "h1", "h2", "h3"], ["x", "x", "x", "x"], ...cells].map((row) => row.slice(0, width).map(quote).join(delimiter));
          const path = file(lines.join(newline) + end.replaceAll("\n", newline));
          const peek = await peekCsv(path);
          const plan = {headingLine: 1, headings: ["h0", "h1", "h2", "h3"].slice(0, width), keep: [0, 1].slice(0, width - 1)};
          const slow = await readCsv(conn, path, peek, plan, "a", undefined, {path: "slow"}).catch((error: unknown) => String(error));
          const slowRows = typeof slow === "string" ? [] : await rowsOf(conn, "a");
          const auto = await readCsv(conn, path, peek, plan, "a").catch((error: unknown) => String(error));
          const autoRows = typeof auto === "string" ? [] : await rowsOf(conn, "a");
          expect(auto).toEqual(slow);
          expect(autoRows).toEqual(slowRows);
          if (await readCsv(conn, path, peek, plan, "a", undefined, {path: "fast"}).catch(() => null)) fast++;
        }
      ),
      // cells that are a quote or a delimiter and nothing else
      {numRuns: 240, examples: [[2, ",", "\n", [["", '"', "", ""]], "", false], [3, ",", "\n", [["", ", ,", ' " ', ""]], "\n", true]]}
    );
    expect(fast).toBeGreaterThan(10);
  });
  /** Reads by csv-parse alone and as the reader chooses; says whether DuckDB read some lines of a file that it cannot read whole. */
  async function bothWays(path: string, headingLine: number, headings: string[]): Promise<boolean> {
    const peek = await peekCsv(path);
    const plan = {headingLine, headings, keep: [0, 2]};
    const slow = await readCsv(conn, path, peek, plan, "a", undefined, {path: "slow"}).catch((error: unknown) => String(error));
    const slowRows = typeof slow === "string" ? [] : await rowsOf(conn, "a");
    await conn.run("drop table if exists a_others");
    const auto = await readCsv(conn, path, peek, plan, "a").catch((error: unknown) => String(error));
    expect(auto).toEqual(slow);
    expect(typeof auto === "string" ? [] : await rowsOf(conn, "a")).toEqual(slowRows);
    return (await conn.runAndReadAll("select 1 from duckdb_tables() where table_name = 'a_others'")).currentRowCount > 0;
  }
  const good = fc.tuple(fc.constantFrom("1", "A 2", "x", " 3", "", "total", "Grand", "0,5", "sub"), fc.constantFrom("", "Police", "Zoë ", "O’Neil", "Łukasz", " "), fc.constantFrom("", "yes", "ǆ", "名", "\\", "#", "'", "\u00a0", "\u200bz")).map(([a, b, c]) => (a.includes(",") ? `"${a}",${b},${c}` : `${a},${b},${c}`));
  const damaged = fc.constantFrom("1,2", "1,2,3,4", "1", ",", ",,", "  ", "Total,,3", "Total 3", '"a",b,"c"', '"a\nb",c,d', '"a\n\nb",c,d', 'a"b,c,d', '"a"b,c,d', '"open,b,c', 'x,"open', "a\tb,c,d", "\t,,", "a\0b,c,d", "a\rb,c,d", "1,2,3\r", "", "Grand total,,9", "a,b,c\u2028", "1,2,3,,,,", `"x,${"y,".repeat(200)}`);
  it("gives the same of a file with some damaged lines, whether DuckDB or csv-parse reads the others", async () => {
    let joined = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("\n", "\r\n"), fc.constantFrom([], ["Contacts, all"], ["", 'the "new', ""]), fc.array(fc.oneof({weight: 8, arbitrary: good}, {weight: 1, arbitrary: damaged}), {minLength: 1, maxLength: 24}), fc.constantFrom("", "\n", "\n\n"), fc.boolean(), async (newline, titles, lines, end, mark) => {
        const text = [...titles, "id,source,seen", ...lines].join(newline) + end.replaceAll("\n", newline);
        if (await bothWays(file(mark ? `\ufeff${text}` : text), titles.length + 1, ["id", "source", "seen"])) joined++;
      }),
      {numRuns: 400}
    );
    expect(joined).toBeGreaterThan(60);
  });
  it.each(["\n", "\r\n"])("gives the same of a file of many megabytes, wherever a line falls in what is read at once (lines end in %j)", async (newline) => {
    const odd = new Map([[3, "1,2"], [4, ""], [30_000, '"a ""b""",c,d'], [30_001, "1,2,3,4"], [99_999, "1,2"]]);
    const lines = Array.from({length: 100_000}, (_, i) => odd.get(i) || `${i},${"é-x".repeat(i % 11)},${i % 3 ? "yes" : ""}`);
    expect(await bothWays(file(`id,source,seen${newline}${lines.join(newline)}${newline}`), 1, ["id", "source", "seen"])).toBe(true);
  });
  it("reads back every cell that was written, quoted, in any encoding", async () => {
    const cell = fc.string({unit: fc.constantFrom('"', ",", "\n", ";", "a", "b", "é", "’", " ", "'")}).map((text) => text.trim());
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), {minLength: 1, maxLength: 6}), fc.constantFrom("utf8", "bom", "utf16"), async (rows, encoding) => {
        const text = [["id", "note", "end"], ...rows.map((row) => [...row, "."])].map((row) => row.map((c) => `"${c.replaceAll('"', '""')}"`).join(",") + "\n").join("");
        const got = await read(conn, file(encoding === "utf8" ? text : encoding === "bom" ? `\ufeff${text}` : Buffer.from(`\ufeff${text}`, "utf16le")));
        expect(cellsOf(got.rows)).toEqual(rows.map((row) => [...row.map((c) => c || null), "."]));
      }),
      {numRuns: 100}
    );
  });
});
