// Bytes of a text file → bytes a line scanner can walk (UTF-8 or Windows-1252), and which encoding they are in. Streams; never replaces a byte that it cannot decode.
import {isAscii, isUtf8} from "node:buffer";
import {open} from "node:fs/promises";
import {Refusal} from "./types.ts";

export type TextEncoding = "utf-8" | "utf-8-bom" | "utf-16le" | "utf-16be" | "windows-1252";

/** What one pass over all bytes of a text file tells. */
export interface TextFacts {
  encoding: TextEncoding;
  /** UTF-8 only: some bytes are not UTF-8; the rows that hold them cannot be read. */
  undecodable: boolean;
  /** What ends a line: CR only when the file holds no LF at all (old Macintosh exports). */
  newline: "\n" | "\r";
  /** Nothing but white space. */
  blank: boolean;
  /** The bytes hold one of `NULLS`; true also where that was not looked for (UTF-16). */
  nulls: boolean;
}

/** Of what every database writes for an empty cell, the letters. */
export const NULLS: readonly string[] = ["NULL", "Null", "null", "\\N"];
const holdsNull = (bytes: Buffer) => NULLS.some((word) => bytes.includes(word));

const CHUNK = 1 << 20;
/** No export has a line this long; past it the file is refused rather than walked. */
const LONGEST_LINE = 64 << 20;

/**
 * The file's bytes from `start` in chunks of at most 1 MB. Each chunk is the reader's to keep; with `passing` it is gone when the next one is
 * asked for, so that a file of any length leaves no garbage behind.
 */
export async function* readChunks(path: string, start = 0, passing = false): AsyncGenerator<Buffer> {
  const file = await open(path, "r");
  const one = passing ? Buffer.allocUnsafe(CHUNK) : null;
  try {
    for (let position = start; ; ) {
      const {bytesRead, buffer} = await file.read(one ?? Buffer.allocUnsafe(CHUNK), 0, CHUNK, position);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      position += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** How many bytes at the end begin a UTF-8 sequence that the next chunk may finish (0–3). */
export function unfinishedUtf8(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

/** Counts the multi-byte characters and the bytes that belong to none, and where the first such byte is (-1: none). */
export function countUtf8(bytes: Buffer): {characters: number; bad: number; firstBad: number} {
  let characters = 0;
  let bad = 0;
  let firstBad = -1;
  for (let i = 0; i < bytes.length; ) {
    const byte = bytes[i]!;
    if (byte < 0x80) {
      i++;
      continue;
    }
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;
    if (length > 1 && i + length <= bytes.length && isUtf8(bytes.subarray(i, i + length))) {
      characters++;
      i += length;
    } else {
      if (firstBad < 0) firstBad = i;
      bad++;
      i++;
    }
  }
  return {characters, bad, firstBad};
}

/** The encoding that the first bytes declare, and how many bytes the mark takes. */
export function byteOrderMark(head: Buffer): {encoding: TextEncoding; length: number} | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return {encoding: "utf-8-bom", length: 3};
  if (head[0] === 0xff && head[1] === 0xfe) return {encoding: "utf-16le", length: 2};
  if (head[0] === 0xfe && head[1] === 0xff) return {encoding: "utf-16be", length: 2};
  return null;
}

/**
 * One streamed pass over a text file. A byte order mark decides; without one the file is UTF-8 when every byte is, and
 * Windows-1252 when bytes outside ASCII are not. Between the two (UTF-8 that turns into something else half-way) it stays UTF-8, so
 * that the bad rows are rejected where they are: reading the good ones as Windows-1252 would turn `ë` into `Ã«` in silence. Only when
 * fewer than one in twenty of the characters outside ASCII is UTF-8 is that taken for chance.
 * Throws Refusal `line-too-long` once a line passes 64 MB.
 */
export async function textFacts(path: string): Promise<TextFacts> {
  let mark: ReturnType<typeof byteOrderMark> = null;
  let first = true;
  let carry: Buffer = Buffer.alloc(0);
  let characters = 0;
  let bad = 0;
  let blank = true;
  let lf = false;
  let cr = false;
  let sinceNewline = 0;
  let nulls = false;
  let end: Buffer = Buffer.alloc(0);
  for await (const chunk of readChunks(path, 0, true)) {
    let bytes: Buffer = chunk;
    nulls ||= holdsNull(chunk) || holdsNull(Buffer.concat([end, chunk.subarray(0, 3)]));
    end = Buffer.from(chunk.subarray(-3));
    if (first) {
      mark = byteOrderMark(chunk);
      if (mark) bytes = chunk.subarray(mark.length);
      first = false;
    }
    const wide = mark?.encoding === "utf-16le" || mark?.encoding === "utf-16be";
    if (blank) blank = !bytes.some((byte) => byte !== 0x20 && (byte < 0x09 || byte > 0x0d) && !(wide && byte === 0));
    const lastLf = bytes.lastIndexOf(0x0a);
    const lastCr = bytes.lastIndexOf(0x0d);
    lf ||= lastLf >= 0;
    cr ||= lastCr >= 0;
    const last = Math.max(lastLf, lf ? -1 : lastCr);
    sinceNewline = last >= 0 ? bytes.length - last - 1 : sinceNewline + bytes.length;
    if (sinceNewline > LONGEST_LINE) throw tooLong();
    if (wide) continue;
    if (carry.length) bytes = Buffer.concat([carry, bytes]);
    const unfinished = unfinishedUtf8(bytes);
    carry = Buffer.from(bytes.subarray(bytes.length - unfinished));
    bytes = bytes.subarray(0, bytes.length - unfinished);
    if (isAscii(bytes)) continue;
    if (isUtf8(bytes)) {
      for (let i = 0; i < bytes.length; i++) if (bytes[i]! >= 0xc0) characters++;
    } else {
      const counted = countUtf8(bytes);
      characters += counted.characters;
      bad += counted.bad;
    }
  }
  bad += carry.length;
  const newline = !lf && cr ? "\r" : "\n";
  if (mark) return {encoding: mark.encoding, undecodable: mark.encoding === "utf-8-bom" && bad > 0, newline, blank, nulls: nulls || mark.encoding.startsWith("utf-16")};
  if (bad > 0 && characters * 20 < bad + characters) return {encoding: "windows-1252", undecodable: false, newline, blank, nulls};
  return {encoding: "utf-8", undecodable: bad > 0, newline, blank, nulls};
}

/** What Windows-1252 has at 0x80–0x9F; a space where it has nothing. */
const WINDOWS_1252 = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

/** Windows-1252 → text, or null when it holds one of the five bytes that the encoding does not have. Node 20's TextDecoder reads it as Latin-1. */
export function decodeWindows1252(bytes: Buffer): string | null {
  const text = bytes.toString("latin1");
  if (isAscii(bytes)) return text;
  let undecodable = false;
  const decoded = text.replace(/[\u0080-\u009f]/g, (character) => {
    const found = WINDOWS_1252[character.charCodeAt(0) - 0x80]!;
    if (found === " ") undecodable = true;
    return found;
  });
  return undecodable ? null : decoded;
}

/** The refusal for a file whose line is longer than any table's. */
export const tooLong = (): Refusal =>
  new Refusal("line-too-long", "The file has a line of more than 64 MB, so it is not a table of rows; export it again as CSV, one row a line.");

/**
 * The file's text as bytes without a byte order mark, in which a comma, a quote and a newline are single bytes: UTF-8 and Windows-1252 as
 * they are, UTF-16 as UTF-8. What UTF-16 cannot decode (half a surrogate pair, half a unit) becomes the byte 0xFF, which is never UTF-8,
 * so that the row is rejected like any other undecodable one.
 */
export async function* textBytes(path: string, encoding: TextEncoding): AsyncGenerator<Buffer> {
  if (encoding !== "utf-16le" && encoding !== "utf-16be") {
    yield* readChunks(path, encoding === "utf-8-bom" ? 3 : 0);
    return;
  }
  let carry: Buffer = Buffer.alloc(0);
  for await (const chunk of readChunks(path, 2)) {
    const bytes = Buffer.concat([carry, chunk]);
    let length = bytes.length - (bytes.length % 2);
    if (length >= 2 && (bytes[length - (encoding === "utf-16le" ? 1 : 2)]! & 0xfc) === 0xd8) length -= 2;
    carry = Buffer.from(bytes.subarray(length));
    yield utf16ToUtf8(bytes.subarray(0, length), encoding);
  }
  if (carry.length) yield Buffer.from([0xff]);
}

function utf16ToUtf8(bytes: Buffer, encoding: "utf-16le" | "utf-16be"): Buffer {
  const text = (encoding === "utf-16be" ? Buffer.from(bytes).swap16() : bytes).toString("utf16le");
  const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
  if (!loneSurrogate.test(text)) return Buffer.from(text, "utf8");
  return Buffer.concat(text.split(loneSurrogate).flatMap((part, i) => (i ? [Buffer.from([0xff]), Buffer.from(part, "utf8")] : [Buffer.from(part, "utf8")])));
}
