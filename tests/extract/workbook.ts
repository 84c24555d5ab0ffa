// Makes zips and workbooks part by part, so that a test can write what no Excel would. Nothing here reads one.
import {deflateRawSync} from "node:zlib";

export interface Part {
  name: string;
  content: string | Buffer;
  /** What the directory claims the part unpacks to. */
  declared?: number;
  /** Already deflated. */
  packed?: Buffer;
}

/** A zip file of deflated parts. */
export function zip(parts: Part[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const {name, content, declared, packed} of parts) {
    const data = packed ?? deflateRawSync(content);
    const size = declared ?? Buffer.byteLength(content);
    const sizes = (header: Buffer, at: number) => {
      header.writeUInt16LE(8, at - 10);
      header.writeUInt32LE(data.length, at);
      header.writeUInt32LE(size, at + 4);
      header.writeUInt16LE(Buffer.byteLength(name), at + 8);
      return header;
    };
    const local = sizes(Buffer.alloc(30), 18);
    local.writeUInt32LE(0x04034b50, 0);
    const central = sizes(Buffer.alloc(46), 20);
    central.writeUInt32LE(0x02014b50, 0);
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

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

export interface SheetXml {
  name: string;
  /** What stands in `<sheetData>`. */
  rows: string;
  state?: "hidden" | "veryHidden";
  before?: string;
}

/** The parts of a workbook with these sheets and shared strings, the strings last as many writers put them. */
export function workbookParts(sheets: SheetXml[], {strings = [], date1904 = false}: {strings?: string[]; date1904?: boolean} = {}): Part[] {
  return [
    {name: "[Content_Types].xml", content: "<Types/>"},
    {name: "_rels/.rels", content: `<Relationships><Relationship Id="r1" Type="${RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
    {
      name: "xl/workbook.xml",
      content: `<workbook xmlns="${MAIN}" xmlns:r="${RELS}"><workbookPr${date1904 ? ' date1904="1"' : ""}/><sheets>${sheets
        .map(({name, state}, i) => `<sheet name="${name}" sheetId="${i + 1}"${state ? ` state="${state}"` : ""} r:id="r${i + 1}"/>`)
        .join("")}</sheets></workbook>`
    },
    {
      name: "xl/_rels/workbook.xml.rels",
      content: `<Relationships>${sheets.map((_, i) => `<Relationship Id="r${i + 1}" Type="${RELS}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join("")}<Relationship Id="rs" Type="${RELS}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`
    },
    ...sheets.map(({rows, before = ""}, i) => ({name: `xl/worksheets/sheet${i + 1}.xml`, content: `<worksheet xmlns="${MAIN}">${before}<sheetData>${rows}</sheetData></worksheet>`})),
    {name: "xl/sharedStrings.xml", content: `<sst xmlns="${MAIN}">${strings.map((text) => `<si>${text}</si>`).join("")}</sst>`}
  ];
}

/** A row of inline strings, in columns A, B, C … */
export const textRow = (line: number, ...cells: string[]): string =>
  `<row r="${line}">${cells.map((cell, i) => (cell === "" ? "" : `<c r="${String.fromCharCode(65 + i)}${line}" t="inlineStr"><is><t>${cell}</t></is></c>`)).join("")}</row>`;
