// What a file is taken for, by its content, and the one sentence that each refused kind gets.
import {chmodSync, mkdirSync, symlinkSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {peek} from "../../etl/extract/identify.ts";
import {file, folder} from "./help.ts";
import {textRow, workbookParts, zip} from "./workbook.ts";

const look = (path: string, exportsDir = join(path, "..")) => peek(path, {exportsDir});
const workbook = zip(workbookParts([{name: "S", rows: textRow(1, "id")}]));
const census = "<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year></CollectionDetails><Source><LEA>999</LEA></Source></Header></Message>";

/** An OLE container whose directory names one stream. */
function ole(stream: string): Buffer {
  const bytes = Buffer.alloc(2048);
  Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]).copy(bytes);
  bytes.writeUInt16LE(9, 30);
  bytes.writeUInt32LE(1, 48);
  bytes.write("Root Entry", 1024, "utf16le");
  bytes.write(stream, 1152, "utf16le");
  return bytes;
}

describe("the reader is picked by content", () => {
  it.each([
    ["csv", "id,source\n1,Police\n", "contacts.xlsx"],
    ["csv", "id;source\n1;Police\n", "contacts"],
    ["xlsx", workbook, "contacts.csv"],
    ["cin-census", census, "census.txt"],
    ["cin-census", Buffer.from("\ufeff" + census, "utf16le"), "census.csv"]
  ])("reads %s whatever its name", async (format, content, name) => {
    expect((await look(file(content, name))).format).toBe(format);
  });
});

describe("refused in one sentence with what to do instead", () => {
  it.each([
    ["an empty file", "empty-file", Buffer.alloc(0)],
    ["white space", "empty-file", "\n \n"],
    ["a legacy .xls", "xls", ole("Workbook")],
    ["a workbook with a password", "password", ole("EncryptedPackage")],
    ["a Word document", "document", ole("WordDocument")],
    ["a binary workbook", "xlsb", zip([{name: "xl/workbook.bin", content: "x"}])],
    ["a PDF", "pdf", "%PDF-1.7\n"],
    ["a picture", "image", Buffer.from("\x89PNG\r\n\x1a\n\0\0", "latin1")],
    ["another archive", "other-zip", zip([{name: "a.csv", content: "id\n"}])],
    ["a gzip", "other-zip", Buffer.from([0x1f, 0x8b, 8, 0])],
    ["UTF-32 text", "binary", Buffer.from([..."\ufeffid,source\n1,Police\n"].flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8, 0, 0]))],
    ["JSON", "json", '{"contacts": []}'],
    ["a JSON list", "json", '[{"id": 1}]'],
    ["a web page saved as .xls", "html", "\r\n<html xmlns:x='urn'><table><tr><td>id</td></tr></table></html>"],
    ["a web page with a doctype", "html", "<!DOCTYPE html><html></html>"],
    ["a bare table", "html", "<table><tr><td>id</td></tr></table>"],
    ["XML that is not a census", "not-a-census", "<?xml version='1.0'?><Workbook/>"],
    ["XML with a DOCTYPE", "xml-doctype", '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "b">]><lolz/>'],
    ["binary bytes", "binary", Buffer.from(Array.from({length: 512}, (_, i) => (i * 7) % 32))],
    ["UTF-16 without a mark", "utf-16-without-mark", Buffer.from("id,source,outcome\n1,Police,NFA\n", "utf16le")]
  ])("%s", async (_, code, content) => {
    const error = await look(file(content, "export.xls")).catch((caught: unknown) => caught);
    expect(error).toMatchObject({name: "Refusal", code});
    expect((error as Error).message).toMatch(/^[A-Z][^]*[.]$/);
    expect((error as Error).message).toMatch(/export|save|give|unpack|copy/i);
  });
  it.each(["contacts.csv.crdownload", "contacts.csv.part", "contacts.TMP"])("a file that is not whole yet, though what there is of it reads well: %s", async (name) => {
    await expect(look(file("id,source\n1,Police\n", name))).rejects.toMatchObject({code: "unfinished", message: expect.stringMatching(/wait until it has been copied/)});
  });
  it("a folder, a missing file, and a file that may not be read", async () => {
    const dir = folder();
    mkdirSync(join(dir, "sub"));
    await expect(peek(join(dir, "sub"), {exportsDir: dir})).rejects.toMatchObject({code: "folder"});
    await expect(peek(join(dir, "none.csv"), {exportsDir: dir})).rejects.toMatchObject({code: "not-found"});
    writeFileSync(join(dir, "locked.csv"), "id\n1\n");
    chmodSync(join(dir, "locked.csv"), 0);
    if (process.getuid?.() !== 0) await expect(peek(join(dir, "locked.csv"), {exportsDir: dir})).rejects.toMatchObject({code: "unreadable"});
  });
  it("a link out of the exports folder, directly or through a folder, but not one inside it", async () => {
    const outside = file("id,source\n1,Police\n");
    const dir = folder();
    symlinkSync(outside, join(dir, "link.csv"));
    symlinkSync(join(outside, ".."), join(dir, "linked"));
    writeFileSync(join(dir, "real.csv"), "id,source\n1,Police\n");
    symlinkSync("real.csv", join(dir, "inside.csv"));
    symlinkSync("gone.csv", join(dir, "gone-link.csv"));
    await expect(peek(join(dir, "link.csv"), {exportsDir: dir})).rejects.toMatchObject({code: "symlink"});
    await expect(peek(join(dir, "linked", "contacts.csv"), {exportsDir: dir})).rejects.toMatchObject({code: "symlink"});
    await expect(peek(join(dir, "gone-link.csv"), {exportsDir: dir})).rejects.toMatchObject({code: "not-found"});
    expect((await peek(join(dir, "inside.csv"), {exportsDir: dir})).format).toBe("csv");
  });
  it("takes an exports folder that is itself a link", async () => {
    const dir = folder();
    writeFileSync(join(dir, "real.csv"), "id,source\n1,Police\n");
    const link = join(folder(), "exports");
    symlinkSync(dir, link);
    expect((await peek(join(link, "real.csv"), {exportsDir: link})).format).toBe("csv");
  });
  it("keeps a text file with a stray NUL, whose row is rejected later", async () => {
    expect((await look(file("id,source\n1,Pol\0ice\n2,Health\n"))).format).toBe("csv");
  });
});
