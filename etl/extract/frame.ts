// Bytes → where each CSV row begins and ends, by line. Quotes and newlines only: splitting a row into cells is the work of csv-parse or DuckDB.
import {tooLong} from "./bytes.ts";

const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
/** A longer row is no longer held in memory: it is skipped to its end and rejected. */
const LONGEST_ROW = 8 << 20;
const LONGEST_LINE = 64 << 20;
const ROWS_A_CALL = 8192;

export type FrameFault = "quote-inside" | "unclosed-quote" | "row-too-long";

/** One row, as offsets into the buffer it was framed in. The object is reused: copy what is needed. */
export interface Frame {
  buffer: Buffer;
  start: number;
  /** Exclusive; without the newline, nor the CR of a CRLF. */
  end: number;
  /** 1-based line on which the row starts. */
  line: number;
  /** False for a last row without a newline. */
  newline: boolean;
  /** The row ends in CRLF. */
  crlf: boolean;
  /** The row holds a quotation mark. */
  quoted: boolean;
  /** The row runs over several lines. */
  multiline: boolean;
  /** A quotation mark stands in a cell that did not begin with one, where it is only a character. */
  literalQuote: boolean;
  fault: FrameFault | null;
  /** The fault is a quote that nothing closes to the end of the file (or for 8 MB). */
  neverClosed: boolean;
}

/** Steps over ordinary lines, so that a row costs nothing but its bytes. `over` is set by the reader once it knows what an ordinary line is. */
export interface Skimming {
  /** From `start`, which begins a line, over as many whole lines as are ordinary; says where it came to and over how many lines. */
  over: ((buffer: Buffer, start: number) => {end: number; lines: number}) | null;
  onLines(firstLine: number, lines: number): void;
}

/**
 * Walks a stream of bytes row by row. A quote opens a cell only as its first byte and closes it only before a delimiter, a newline or the end;
 * a doubled quote is a character. Where that breaks, the line on which the cell opened is the faulty row and reading goes on with the
 * next line, so one stray quote costs one row. Every quote run that leaves a cell open ends the scan at the next one, so the walk is linear.
 * `onRow` returns false to stop. Throws Refusal `line-too-long` for a line over 64 MB.
 */
export async function frameRows(
  source: AsyncIterable<Buffer>,
  delimiter: string,
  newline: "\n" | "\r",
  onRow: (row: Frame) => boolean | void,
  onWindow?: (consumedBytes: number) => Promise<void> | void,
  skimming?: Skimming
): Promise<void> {
  const framer = createFramer(delimiter, newline, onRow, skimming);
  let held: Buffer = Buffer.alloc(0);
  let waiting: Buffer[] = [];
  let waitingLength = 0;
  let done = 0;
  const walk = async (window: Buffer, last: boolean): Promise<boolean> => {
    for (let rest = window; ; ) {
      const {used, state} = framer(rest, last);
      held = rest = rest.subarray(used);
      await onWindow?.(done);
      if (state !== "paused") return state !== "stopped";
    }
  };
  for await (const chunk of source) {
    waiting.push(chunk);
    waitingLength += chunk.length;
    if (waitingLength < held.length) continue;
    const window = held.length || waiting.length > 1 ? Buffer.concat([held, ...waiting]) : chunk;
    done += waitingLength;
    waiting = [];
    waitingLength = 0;
    if (!(await walk(window, false))) return;
  }
  await walk(waiting.length ? Buffer.concat([held, ...waiting]) : held, true);
}

/** How far a window was used, and why it was left: more bytes are needed, many rows were reported and may be dealt with first, or `onRow` said stop. */
export interface Framed {
  used: number;
  state: "more" | "paused" | "stopped";
}

/** The scanner behind `frameRows`: takes a window of bytes and reports its whole rows, at most 8,192 a call. `last`: no bytes follow the window. */
export function createFramer(delimiter: string, newline: "\n" | "\r", onRow: (row: Frame) => boolean | void, skimming?: Skimming): (buffer: Buffer, last: boolean) => Framed {
  const DELIMITER = delimiter.charCodeAt(0);
  const NEWLINE = newline.charCodeAt(0);
  const row: Frame = {
    buffer: Buffer.alloc(0), start: 0, end: 0, line: 1, newline: true, crlf: false,
    quoted: false, multiline: false, literalQuote: false, fault: null, neverClosed: false
  };
  let line = 1;
  let skipped = -1; // bytes already dropped of a row over the limit
  let lastOpened = 0; // where scanQuoted last saw a quote open a cell
  let badAt = -1; // where it saw one close a cell wrongly; -1: nowhere

  return (buffer, last) => {
    const length = buffer.length;
    let start = 0;
    let rows = 0;
    const stopped: Framed = {used: length, state: "stopped"};
    row.buffer = buffer;

    const emit = (end: number, hasNewline: boolean, lines: number, fault: FrameFault | null): boolean => {
      row.start = start;
      row.crlf = hasNewline && newline === "\n" && end > start && buffer[end - 1] === CR;
      row.end = row.crlf ? end - 1 : end;
      row.line = line;
      row.newline = hasNewline;
      row.fault = fault;
      row.multiline = lines > 1;
      line += lines;
      start = hasNewline ? end + 1 : length;
      return onRow(row) !== false;
    };
    const plain = () => {
      row.quoted = row.literalQuote = row.neverClosed = false;
    };

    if (skipped >= 0) {
      const end = buffer.indexOf(NEWLINE);
      skipped += end < 0 ? length : end;
      if (skipped > LONGEST_LINE) throw tooLong();
      if (end < 0 && !last) return {used: length, state: "more"};
      skipped = -1;
      plain();
      row.buffer = buffer.subarray(0, 0);
      const hasNewline = end >= 0;
      row.start = row.end = 0;
      row.crlf = row.multiline = false;
      row.line = line++;
      row.newline = hasNewline;
      row.fault = "row-too-long";
      if (onRow(row) === false) return stopped;
      row.buffer = buffer;
      start = hasNewline ? end + 1 : length;
    }

    let nextQuote = -2; // first quote at or after `start`; Infinity when there is none
    while (start < length) {
      if (skimming?.over) {
        const {end, lines} = skimming.over(buffer, start);
        if (lines) {
          skimming.onLines(line, lines);
          line += lines;
          start = end;
          continue;
        }
      }
      if (++rows > ROWS_A_CALL) return {used: start, state: "paused"};
      const lineEnd = buffer.indexOf(NEWLINE, start);
      if (lineEnd < 0 && !last) {
        if (length - start <= LONGEST_ROW) return {used: start, state: "more"};
        skipped = length - start;
        return {used: length, state: "more"};
      }
      if (nextQuote < start) {
        nextQuote = buffer.indexOf(QUOTE, start);
        if (nextQuote < 0) nextQuote = Infinity;
      }
      const physicalEnd = lineEnd < 0 ? length : lineEnd;
      plain();
      if (nextQuote >= physicalEnd) {
        if (!emit(physicalEnd, lineEnd >= 0, 1, physicalEnd - start > LONGEST_ROW ? "row-too-long" : null)) return stopped;
        continue;
      }
      row.quoted = true;
      const found = scanQuoted(buffer, start, length, last);
      if (found === "more") {
        if (length - start <= LONGEST_ROW) return {used: start, state: "more"};
        const end = buffer.indexOf(NEWLINE, lastOpened);
        if (end >= 0) {
          row.neverClosed = true;
          if (!emit(end, true, countLines(buffer, start, end), "unclosed-quote")) return stopped;
          continue;
        }
        skipped = length - start;
        return {used: length, state: "more"};
      }
      if (found >= 0) {
        if (!emit(found, found < length, countLines(buffer, start, found), null)) return stopped;
        continue;
      }
      const end = buffer.indexOf(NEWLINE, lastOpened);
      if (end < 0 && !last) return {used: start, state: "more"};
      const faultEnd = end < 0 ? length : end;
      const inside = badAt >= 0 && badAt < faultEnd;
      row.neverClosed = badAt < 0;
      if (!emit(faultEnd, end >= 0, countLines(buffer, start, faultEnd), inside ? "quote-inside" : "unclosed-quote")) return stopped;
    }
    return {used: length, state: "more"};
  };

  function countLines(buffer: Buffer, from: number, end: number): number {
    let lines = 1;
    for (let i = buffer.indexOf(NEWLINE, from); i >= 0 && i < end; i = buffer.indexOf(NEWLINE, i + 1)) lines++;
    return lines;
  }
  /** End of the row that starts at `from`; "more" when the buffer ends first; -1 when a quote is wrong. */
  function scanQuoted(buffer: Buffer, from: number, length: number, last: boolean): number | "more" {
    let i = from;
    let atStart = true;
    lastOpened = from;
    badAt = -1;
    for (;;) {
      if (i >= length) return last ? length : "more";
      const byte = buffer[i];
      if (atStart && byte === QUOTE) {
        lastOpened = i;
        let close = i + 1;
        for (;;) {
          close = buffer.indexOf(QUOTE, close);
          if (close < 0) return last ? -1 : "more";
          if (close + 2 >= length && !last) return "more";
          if (buffer[close + 1] !== QUOTE) break;
          close += 2;
        }
        const next = buffer[close + 1];
        const closes =
          next === undefined || next === DELIMITER || next === NEWLINE || (next === CR && (buffer[close + 2] === NEWLINE || close + 2 >= length));
        if (!closes) {
          badAt = close;
          return -1;
        }
        i = close + 1;
        atStart = false;
      } else if (byte === DELIMITER) {
        atStart = true;
        i++;
      } else if (byte === NEWLINE) {
        return i;
      } else {
        if (byte === QUOTE) row.literalQuote = true;
        atStart = false;
        i++;
      }
    }
  }
}

// what a byte is to `ordinaryLines`, by what has to be done about it
const NOTHING = 0;
const VISIBLE = 1;
const BETWEEN = 2;
const END = 4;
const BLANK = 8;
const RETURN = 16;
const HIGH = 32;
const ODD = 64;

/**
 * What `Skimming.over` may step over: lines of printable ASCII (or of what `plain` says of the rest) without a quotation mark, that end as `crlf` says, of
 * exactly `width` cells, of which one holds a letter or a digit, no longer than `longest` bytes, that are no totals line. Of such a line every reader makes the same row.
 */
export function ordinaryLines({delimiter, width, crlf, longest, plain}: {delimiter: string; width: number; crlf: boolean; longest: number; plain: (line: Buffer) => boolean}) {
  const kinds = new Uint8Array(256).fill(NOTHING).fill(ODD, 0, 0x20).fill(ODD, 0x7f, 0x80).fill(HIGH, 0x80);
  for (const c of "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") kinds[c.charCodeAt(0)] = VISIBLE;
  const between = delimiter.charCodeAt(0);
  kinds[SPACE] = BLANK;
  kinds[QUOTE] = ODD;
  kinds[LF] = END;
  if (crlf) kinds[CR] = RETURN;
  kinds[between] = BETWEEN;
  const atEdge = (byte: number | undefined) => byte === between || byte === LF || byte === CR;
  const told = {
    /** Some cell of a line (of those stepped over, or of one beside them) begins or ends with a space. */
    spaced: false,
    over(buffer: Buffer, start: number): {end: number; lines: number} {
      const length = buffer.length;
      let lines = 0;
      let from = start;
      let cells = 1;
      let seen = 0;
      for (let i = start; i < length; i++) {
        const kind = kinds[buffer[i]!]!;
        seen |= kind;
        if (kind <= VISIBLE) continue;
        if (kind === BETWEEN) cells++;
        else if (kind === END) {
          const end = crlf ? i - 1 : i;
          if (cells !== width || !(seen & VISIBLE) || (crlf && !(seen & RETURN)) || end - from >= longest) break;
          if (mayBeTotals(buffer, from, between) || (seen & HIGH && !plain(buffer.subarray(from, end)))) break;
          lines++;
          from = i + 1;
          cells = 1;
          seen = 0;
        } else if (kind === BLANK) {
          if (!told.spaced && (i === from || atEdge(buffer[i - 1]) || atEdge(buffer[i + 1]))) told.spaced = true;
        } else if (kind === ODD || (kind === RETURN && buffer[i + 1] !== LF)) break;
      }
      return {end: from, lines};
    }
  };
  return told;
}

/** Whether the first filled cell of a line begins as that of a totals line does (see `isTotalsLine`). */
function mayBeTotals(buffer: Buffer, start: number, between: number): boolean {
  let i = start;
  while (buffer[i] === SPACE || buffer[i] === between) i++;
  const first = buffer[i]! | 0x20;
  return (first === 0x67 || first === 0x6f || first === 0x73 || first === 0x74) && /^(grand|overall|sub|total)/i.test(buffer.toString("latin1", i, i + 7));
}
