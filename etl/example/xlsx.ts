// Tables to the bytes of an XLSX workbook, the same bytes every time. exceljs, which writes the fill-in logs, stamps the clock into a workbook and
// takes three seconds for the size of an Annex A; what is needed here is text and dates in sheets. Reads nothing.
import {gzipSync} from "node:zlib";
import {dayOf} from "./days.ts";

export interface SheetOfText {
  name: string;
  /** Title line, headings and rows. dd/mm/yyyy [hh:mm] becomes a date, #REF! an error, a blank no cell; all else is text. */
  rows: string[][];
}

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** Cell styles: 1 a date, 2 a date and time, 3 text. */
const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/><numFmt numFmtId="165" formatCode="dd/mm/yyyy\\ hh:mm"/></numFmts><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>`;

export function xlsxBytes(sheets: SheetOfText[]): Buffer {
  const strings = new Map<string, number>();
  const worksheets = sheets.map(({rows}) => worksheet(rows, strings));
  const each = (of: (n: number, name: string) => string) => sheets.map(({name}, i) => of(i + 1, escape(name))).join("");
  return zip([
    ["[Content_Types].xml", `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="${TYPE}.sharedStrings+xml"/>${each((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${TYPE}.worksheet+xml"/>`)}</Types>`],
    ["_rels/.rels", `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
    ["xl/workbook.xml", `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${each((n, name) => `<sheet name="${name}" sheetId="${n}" r:id="rId${n}"/>`)}</sheets></workbook>`],
    ["xl/_rels/workbook.xml.rels", `${XML}<Relationships xmlns="${PACKAGE}/relationships">${each((n) => `<Relationship Id="rId${n}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${n}.xml"/>`)}<Relationship Id="rIdS" Type="${OFFICE}/styles" Target="styles.xml"/><Relationship Id="rIdT" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`],
    ["xl/styles.xml", STYLES],
    ...worksheets.map((xml, i): [string, string] => [`xl/worksheets/sheet${i + 1}.xml`, xml]),
    ["xl/sharedStrings.xml", `${XML}<sst xmlns="${MAIN}" uniqueCount="${strings.size}">${[...strings.keys()].map((s) => `<si><t xml:space="preserve">${escape(s)}</t></si>`).join("")}</sst>`]
  ]);
}

const escape = (text: string) => (/[&<>"]/.test(text) ? text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;") : text);
const letter = (column: number): string => (column < 26 ? "" : letter(Math.floor(column / 26) - 1)) + String.fromCharCode(65 + (column % 26));

function worksheet(rows: string[][], strings: Map<string, number>): string {
  const out: string[] = [`${XML}<worksheet xmlns="${MAIN}"><sheetData>`];
  rows.forEach((row, r) => {
    out.push(`<row r="${r + 1}">`);
    row.forEach((text, c) => text !== "" && out.push(cell(`${letter(c)}${r + 1}`, text, strings)));
    out.push("</row>");
  });
  out.push("</sheetData></worksheet>");
  return out.join("");
}

function cell(at: string, text: string, strings: Map<string, number>): string {
  if (text.charCodeAt(2) === 47) {
    const serial = serialOf(text);
    if (serial !== null) return `<c r="${at}" s="${text.length > 10 ? 2 : 1}"><v>${serial}</v></c>`;
  }
  if (text === "#REF!") return `<c r="${at}" t="e"><v>#REF!</v></c>`;
  let index = strings.get(text);
  if (index === undefined) strings.set(text, (index = strings.size));
  return `<c r="${at}" s="3" t="s"><v>${index}</v></c>`;
}

const DAY_ZERO = dayOf(1899, 12, 30);

/** Excel's number of a dd/mm/yyyy [hh:mm]; null for a day that does not exist. */
function serialOf(text: string): number | null {
  const [, d, m, y, hour, minute] = /^(\d\d)\/(\d\d)\/(\d{4})(?: (\d\d):(\d\d))?$/.exec(text) ?? [];
  if (y === undefined || Number(d) > new Date(Date.UTC(Number(y), Number(m), 0)).getUTCDate()) return null;
  return dayOf(Number(y), Number(m), Number(d)) - DAY_ZERO + (hour === undefined ? 0 : (Number(hour) * 60 + Number(minute)) / 1440);
}

/** A zip archive whose files all bear 1 January 1980. */
function zip(parts: [name: string, content: string][]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of parts) {
    const raw = Buffer.from(content, "utf8");
    const gzipped = gzipSync(raw, {level: 6}); // ten bytes of header, what a zip holds, the checksum and the size
    const data = gzipped.subarray(10, -8);
    const of = (header: Buffer, at: number) => {
      header.writeUInt16LE(20, at);
      header.writeUInt16LE(0x0800, at + 2); // names in UTF-8
      header.writeUInt16LE(8, at + 4);
      header.writeUInt16LE(0x21, at + 8);
      header.writeUInt32LE(gzipped.readUInt32LE(gzipped.length - 8), at + 10);
      header.writeUInt32LE(data.length, at + 14);
      header.writeUInt32LE(raw.length, at + 18);
      header.writeUInt16LE(Buffer.byteLength(name), at + 22);
      return header;
    };
    const local = of(Buffer.alloc(30), 4);
    local.writeUInt32LE(0x04034b50, 0);
    const central = of(Buffer.alloc(46), 6);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(20, 4);
    central.writeUInt32LE(offset, 42);
    files.push(local, Buffer.from(name), data);
    directory.push(central, Buffer.from(name));
    offset += 30 + Buffer.byteLength(name) + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, ...directory, end]);
}
