// Which reader a file is for, by its content and never by its ending. Refuses, in one sentence, what no reader takes.
import {open, realpath, stat} from "node:fs/promises";
import {dirname, extname, relative, resolve, sep} from "node:path";
import {byteOrderMark} from "./bytes.ts";
import {peekCinCensus} from "./cin-census.ts";
import {peekCsv} from "./csv.ts";
import {Refusal, type FilePeek} from "./types.ts";
import {peekXlsx} from "./xlsx.ts";

const SAVE = "save it as CSV UTF-8 or as an Excel workbook (.xlsx)";
const HEAD = 4096;
/** How browsers and copying programs name a file that they have not finished; what it holds so far may read as a whole export. */
const UNFINISHED = /\.(part|partial|filepart|crdownload|download|tmp)$/i;

/** Bytes that begin files which are no table, and what to call them. */
const OTHERS: [bytes: string, code: string, message: string][] = [
  ["%PDF", "pdf", `This is a PDF, from which rows cannot be read reliably; export the records from the system as CSV or XLSX instead.`],
  ["{\\rtf", "document", `This is a Word document; export the records from the system as CSV or XLSX instead.`],
  ["\x89PNG", "image", "This is a picture; export the records from the system as CSV or XLSX instead."],
  ["\xff\xd8\xff", "image", "This is a picture; export the records from the system as CSV or XLSX instead."],
  ["GIF8", "image", "This is a picture; export the records from the system as CSV or XLSX instead."],
  ["\x1f\x8b", "other-zip", "This is a compressed archive; unpack it and give the CSV or XLSX file that is in it."],
  ["7z\xbc\xaf\x27\x1c", "other-zip", "This is a compressed archive; unpack it and give the CSV or XLSX file that is in it."],
  ["Rar!", "other-zip", "This is a compressed archive; unpack it and give the CSV or XLSX file that is in it."],
  ["\xff\xfe\0\0", "binary", `This is UTF-32 text, which hardly any program reads; ${SAVE}.`],
  ["PAR1", "binary", "This is a Parquet file; export the records as CSV or XLSX instead."],
  ["SQLite format 3", "binary", "This is a database file; export the records as CSV or XLSX instead."]
];

/**
 * Finds out what a file is from its first bytes and lets the right reader look at it. A symlink is followed only inside `exportsDir`.
 * Throws Refusal: `not-found`, `folder`, `symlink`, `unreadable`, `not-a-file`, `empty-file`, `unfinished`, `xls`, `password`, `pdf`, `image`, `document`, `other-zip`, `json`,
 * `html`, `binary`, and what `peekCsv`, `peekXlsx` and `peekCinCensus` refuse.
 */
export async function peek(path: string, {exportsDir}: {exportsDir: string}): Promise<FilePeek> {
  const head = await readHead(path, exportsDir);
  if (head.length === 0) throw new Refusal("empty-file", "The file is empty, so it may be a failed export; export it again.");
  if (UNFINISHED.test(path)) throw new Refusal("unfinished", `The name ends in ${extname(path)}, so the file may not be whole yet; wait until it has been copied, or give it its own name if it is whole.`);
  const bytes = head.toString("latin1");
  if (bytes.startsWith("PK\x03\x04") || bytes.startsWith("PK\x05\x06")) return peekXlsx(path);
  if (bytes.startsWith("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) throw await oleRefusal(path);
  for (const [magic, code, message] of OTHERS) if (bytes.startsWith(magic)) throw new Refusal(code, message);

  const mark = byteOrderMark(head);
  const wide = mark?.encoding === "utf-16le" || mark?.encoding === "utf-16be" || bytes.startsWith("<\0") || bytes.startsWith("\0<");
  const text = (wide ? bytes.replaceAll("\0", "") : bytes).slice(mark?.length ?? 0).trimStart();
  if (/^<!doctype\s+html|^<(html|head|body|table|meta|style|div)[\s>]/i.test(text) || /^<[^]{0,2000}<html[\s>]/i.test(text))
    throw new Refusal("html", `This is an HTML page${/\.xls/i.test(extname(path)) ? " saved under an Excel name" : ""}; open it in Excel and ${SAVE}.`);
  if (text.startsWith("<")) return peekCinCensus(path);
  if (/^[[{]\s*(["{[]|[\]}]\s*$)/.test(text))
    throw new Refusal("json", "This is a JSON file; export the records from the system as CSV or XLSX instead.");
  if (!wide && isUnmarkedUtf16(head))
    throw new Refusal("utf-16-without-mark", `This is UTF-16 text without a byte order mark, so its letters cannot be told for sure; ${SAVE}.`);
  if (!wide && isBinary(head)) throw new Refusal("binary", `This file is not text, so it holds no rows that can be read; if it is a spreadsheet, open it and ${SAVE}.`);
  return peekCsv(path);
}

/** The file's first bytes; refuses what is not a readable file in the exports folder. */
async function readHead(path: string, exportsDir: string): Promise<Buffer> {
  let file;
  try {
    const real = await realpath(path);
    const place = await stat(real);
    if (place.isDirectory()) throw new Refusal("folder", "This is a folder; give the files in it, or name it as the exports folder.");
    if (!place.isFile()) throw new Refusal("not-a-file", "This is not an ordinary file; copy the export itself into the exports folder.");
    const folder = await realpath(exportsDir);
    const parent = await realpath(dirname(path));
    const linked = isInside(resolve(path), resolve(exportsDir)) || isInside(parent, folder) ? !isInside(real, folder) : dirname(real) !== parent;
    if (linked) throw new Refusal("symlink", "This is a link to a file outside the exports folder; copy the file itself into the folder.");
    file = await open(real, "r");
    const {buffer, bytesRead} = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof Refusal) throw error;
    if (code === "ENOENT") throw new Refusal("not-found", "There is no such file (or it is a link to one that is gone); check the name and the folder.");
    if (code === "ELOOP") throw new Refusal("symlink", "This is a link that leads back to itself; copy the file itself into the exports folder.");
    throw new Refusal("unreadable", `The file cannot be opened (${code ?? "unknown error"}); close it in other programs and check that you may read it.`);
  } finally {
    await file?.close();
  }
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && resolve(folder, way) === path;
}

/** An OLE container holds an old Excel workbook, an encrypted new one, or something else; its directory says which. */
async function oleRefusal(path: string): Promise<Refusal> {
  const file = await open(path, "r");
  try {
    const header = (await file.read(Buffer.alloc(512), 0, 512, 0)).buffer;
    const sector = 1 << Math.min(header.readUInt16LE(30), 12);
    const directory = (await file.read(Buffer.alloc(4096), 0, 4096, (header.readUInt32LE(48) + 1) * sector)).buffer.toString("utf16le");
    if (directory.includes("EncryptedPackage")) return new Refusal("password", "This workbook is protected by a password; save a copy without the password and export that.");
    if (directory.includes("WordDocument")) return new Refusal("document", "This is a Word document; export the records from the system as CSV or XLSX instead.");
    if (directory.includes("__substg1.0_")) return new Refusal("document", "This is an Outlook message; save the attached export and give that file instead.");
    return new Refusal("xls", "This is an old Excel workbook (.xls); open it in Excel and save it as an Excel workbook (.xlsx) or as CSV UTF-8.");
  } finally {
    await file.close();
  }
}

/** Every other byte of the head is NUL, as in English text in UTF-16. */
function isUnmarkedUtf16(head: Buffer): boolean {
  const zeros = [0, 0];
  head.forEach((byte, i) => {
    if (byte === 0) zeros[i % 2]!++;
  });
  const [even, odd] = zeros as [number, number];
  return head.length >= 16 && Math.max(even, odd) > head.length * 0.35 && Math.min(even, odd) < head.length * 0.02;
}

/** More than one byte in twenty is a control character; a few NULs in a text file are the row's fault, not the file's. */
function isBinary(head: Buffer): boolean {
  let control = 0;
  for (const byte of head) if (byte < 0x09 || (byte > 0x0d && byte < 0x20)) control++;
  return control > head.length / 20 && control > 4;
}
