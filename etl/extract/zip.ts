// A zip's directory and its parts as text, with every guard against bombs and damage. Knows nothing of workbooks.
import {isUtf8} from "node:buffer";
import type {Readable} from "node:stream";
import yauzl, {type Entry, type ZipFile} from "yauzl";
import {unfinishedUtf8} from "./bytes.ts";
import {Refusal} from "./types.ts";

const MOST_ENTRIES = 10_000;
const MOST_BYTES = 1 << 30;
/** Deflate reaches 1,032; a real sheet stays well under 100. Small parts may be anything. */
const STEEPEST = 100;
const RATIO_FROM = 64 << 20;

export interface Zip {
  /** Entries by name, as the zip's central directory has them. */
  entries: Map<string, Entry>;
  /** A part's text, chunk by chunk, never more of it than the directory declares; null when there is no such part. */
  text(name: string): AsyncGenerator<string> | null;
  close(): void;
}

const damaged = (why: string) => new Refusal("xlsx-damaged", `The workbook is damaged or was cut off when it was copied (${why}); export or copy it again.`);
const bomb = (why: string) => new Refusal("zip-bomb", `The workbook unpacks to far more than a workbook should (${why}), so it was not opened; export the records again as CSV.`);

/** Opens a zip and reads its directory. Throws Refusal: `zip-bomb`, `xlsx-damaged`. */
export async function openZip(path: string): Promise<Zip> {
  let file: ZipFile;
  try {
    file = await yauzl.openPromise(path, {lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: false});
  } catch (error) {
    throw damaged(reason(error));
  }
  const entries = new Map<string, Entry>();
  let bytes = 0;
  let packed = 0;
  try {
    if (file.entryCount > MOST_ENTRIES) throw bomb(`${file.entryCount.toLocaleString("en-GB")} parts`);
    for await (const entry of file.eachEntry()) {
      if (entries.has(entry.fileName)) throw damaged("a part is in it twice");
      entries.set(entry.fileName, entry);
      bytes += entry.uncompressedSize;
      packed += entry.compressedSize;
      if (bytes > MOST_BYTES || (bytes > RATIO_FROM && bytes > packed * STEEPEST)) throw bomb(`${Math.round(bytes / 2 ** 20).toLocaleString("en-GB")} MB from ${Math.ceil(packed / 2 ** 20).toLocaleString("en-GB")} MB`);
    }
  } catch (error) {
    file.close();
    throw error instanceof Refusal ? error : damaged(reason(error));
  }

  async function* text(entry: Entry): AsyncGenerator<string> {
    let stream: Readable | undefined;
    let carry: Buffer = Buffer.alloc(0);
    let first = true;
    try {
      stream = await file.openReadStreamPromise(entry);
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        const bytes = carry.length ? Buffer.concat([carry, chunk]) : chunk;
        const whole = bytes.subarray(0, bytes.length - unfinishedUtf8(bytes));
        carry = bytes.subarray(whole.length);
        if (!isUtf8(whole)) throw damaged("a part of it is not UTF-8");
        const part = whole.toString("utf8");
        yield first && part.startsWith("\ufeff") ? part.slice(1) : part;
        first = false;
      }
      if (carry.length) throw damaged("a part of it is not UTF-8");
    } catch (error) {
      throw error instanceof Refusal ? error : damaged(reason(error));
    } finally {
      stream?.destroy();
    }
  }
  return {
    entries,
    text: (name) => {
      const entry = entries.get(name);
      return entry ? text(entry) : null;
    },
    close: () => file.close()
  };
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split(/[.:\n]/)[0]!.toLowerCase();
