// Bytes of an XML file → elements, with every guard against hostile or broken XML. Knows nothing of what the elements mean.
import {isUtf8} from "node:buffer";
import {SaxesParser} from "saxes";
import {byteOrderMark, countUtf8, decodeWindows1252, readChunks, unfinishedUtf8} from "./bytes.ts";
import {Refusal} from "./types.ts";

const DEEPEST = 100;
/** Text, a comment or a tag this long is no export; saxes would hold it all. */
const LONGEST_SILENCE = 2 << 20;
const INK = /\S/;

export type XmlEncoding = "utf-8" | "utf-8-bom" | "utf-16le" | "utf-16be" | "windows-1252" | "iso-8859-1";

/** What to do with an XML file that cannot be read. */
export const AGAIN = "Export it again, or ask the system's supplier.";

/** The encoding that the mark and the XML declaration agree on; throws Refusal `xml-encoding` when they do not or it is not one of ours. */
export function xmlEncoding(head: Buffer): XmlEncoding {
  const mark = byteOrderMark(head);
  const found: XmlEncoding = mark?.encoding ?? (head[0] === 0x3c && head[1] === 0 ? "utf-16le" : head[0] === 0 && head[1] === 0x3c ? "utf-16be" : "utf-8");
  const wide = found.startsWith("utf-16");
  const text = head.toString("latin1").replaceAll("\0", "");
  const declared = /<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(text.slice(0, 400))?.[1]?.toLowerCase();
  const mismatch = () =>
    new Refusal("xml-encoding", `The XML file says that it is ${declared!.toUpperCase()}, but its bytes are ${found.replace("-bom", "").toUpperCase()}. ${AGAIN}`);
  switch (declared) {
    case undefined:
      return found;
    case "utf-8":
    case "us-ascii":
      if (wide) throw mismatch();
      return found;
    case "utf-16":
    case "utf-16le":
    case "utf-16be":
      if (!wide || (declared !== "utf-16" && declared !== found)) throw mismatch();
      return found;
    case "windows-1252":
    case "iso-8859-1":
      if (mark || wide) throw mismatch();
      return declared;
    default:
      throw new Refusal("xml-encoding", `The XML file is in ${declared.toUpperCase()}; only UTF-8, UTF-16, Windows-1252 and ISO-8859-1 can be read. Save it as UTF-8.`);
  }
}

/** The file's text; throws Refusal `xml-encoding` at the first byte that the encoding does not have. `line` tells where the parser stands. */
export async function* xmlText(path: string, encoding: XmlEncoding, line: () => number): AsyncGenerator<string> {
  const refuse = (bytes: Buffer, bad: number) => {
    let at = line();
    for (let i = 0; i < bad; i++) if (bytes[i] === 0x0a) at++;
    const name = encoding.replace("-bom", "").toUpperCase();
    return new Refusal("xml-encoding", `Line ${at} of the XML file holds bytes that are not ${name}, which is what it says it is. ${AGAIN}`);
  };
  const start = encoding === "utf-8-bom" ? 3 : 0;
  if (encoding === "utf-16le" || encoding === "utf-16be") {
    const decoder = new TextDecoder(encoding, {fatal: true});
    try {
      for await (const chunk of readChunks(path)) yield decoder.decode(chunk, {stream: true});
      yield decoder.decode();
    } catch (error) {
      if (error instanceof TypeError) throw refuse(Buffer.alloc(0), 0);
      throw error;
    }
    return;
  }
  let carry: Buffer = Buffer.alloc(0);
  for await (const chunk of readChunks(path, start)) {
    if (encoding === "windows-1252" || encoding === "iso-8859-1") {
      const text = decodeWindows1252(chunk);
      if (text === null) throw refuse(chunk, chunk.findIndex((byte) => [0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte)));
      yield text;
      continue;
    }
    const bytes = carry.length ? Buffer.concat([carry, chunk]) : chunk;
    const whole = bytes.subarray(0, bytes.length - unfinishedUtf8(bytes));
    carry = bytes.subarray(whole.length);
    if (!isUtf8(whole)) throw refuse(whole, countUtf8(whole).firstBad);
    yield whole.toString("utf8");
  }
  if (carry.length) throw refuse(carry, 0);
}

/** What a reader hears of an XML file; element names are without their prefix. */
export interface XmlHandlers {
  open(name: string, attributes: Record<string, string>, line: number, depth: number): void;
  /** `text` is the element's own text since its last child element. */
  close(name: string, text: string, leaf: boolean, line: number): void;
  /** Text that stands between elements. */
  stray?(line: number): void;
  /** True once no more is wanted. */
  done?(): boolean;
  /** Between chunks; characters read in the last one. */
  onChunk?(length: number): Promise<void> | void;
}

/**
 * Tells the handlers what stands in the text, and keeps it bounded. Ordinary markup (see `ordinaryMarkup`) is told as it stands; at the first thing that is
 * not, saxes takes over and reads to the end. The result is the same; `path: "slow"` has saxes read everything. `source` is given what tells the line reached.
 * Throws Refusal `xml-doctype`, `xml-depth`, `xml-malformed`.
 */
export async function parseXml(source: (line: () => number) => AsyncIterable<string>, handlers: XmlHandlers, options: {path?: "slow"} = {}): Promise<void> {
  let depth = 0;
  let leaf = false;
  let fed = 0;
  let lastTag = 0;
  const told: Told = {
    open(name, attributes, before, line) {
      if (++depth > DEEPEST) throw new Refusal("xml-depth", `The XML file has elements more than ${DEEPEST} levels deep at line ${line}, which no export has. ${AGAIN}`);
      lastTag = fed;
      if (depth > 1 && before !== "" && INK.test(before)) handlers.stray?.(line);
      handlers.open(name, attributes, line, depth);
      leaf = true;
    },
    close(name, before, line) {
      depth--;
      lastTag = fed;
      if (!leaf && INK.test(before)) handlers.stray?.(line);
      handlers.close(name, before, leaf, line);
      leaf = false;
    }
  };
  let reader: MarkupReader = options.path === "slow" ? saxesMarkup(told) : ordinaryMarkup(told);
  for await (const chunk of source(() => reader.line())) {
    if (fed === 0 && beginsWithDoctype(chunk)) throw doctype();
    for (let i = 0; i < chunk.length; i += 65_536) {
      const slice = chunk.slice(i, i + 65_536);
      fed += slice.length;
      const left = reader.write(slice);
      if (left) {
        reader = saxesMarkup(told, left);
        reader.write(left.text);
      }
      if (handlers.done?.()) return;
    }
    if (fed - lastTag > LONGEST_SILENCE) throw malformed(reader.line(), "more than 2 MB without a tag");
    await handlers.onChunk?.(chunk.length);
  }
  const left = reader.end();
  if (left) {
    reader = saxesMarkup(told, left);
    reader.write(left.text);
    reader.end();
  }
}

const malformed = (line: number, why: string) => new Refusal("xml-malformed", `The XML file is malformed or cut off at line ${line}: ${why}. ${AGAIN}`);

/** What is told of a tag: its name without its prefix; `before` is the text since the tag before it. */
interface Told {
  open(name: string, attributes: Record<string, string>, before: string, line: number): void;
  close(name: string, before: string, line: number): void;
}

/** Where a reader left off: the text that it did not take, the line on which that begins, and the elements that are open there (null: the root is closed). */
interface LeftOff {
  text: string;
  line: number;
  within: string[] | null;
}

interface MarkupReader {
  /** Takes more text; says where it left off, if another reader has to take over. */
  write(text: string): LeftOff | null;
  end(): LeftOff | null;
  /** The line reached. */
  line(): number;
}

/** Any XML, by saxes. `from`: begins where another reader left off. */
function saxesMarkup(told: Told, from?: LeftOff): MarkupReader {
  const parser = new SaxesParser({position: false});
  let text = "";
  if (from) {
    parser.write(from.within ? from.within.map((name) => `<${name}>`).join("") : "<closed/>");
    parser.line = from.line;
  }
  parser.on("error", (error) => {
    throw malformed(parser.line, error.message.replace(/^(undefined:)?\d+:\d+: /, "").replace(/\.$/, ""));
  });
  parser.on("doctype", () => {
    throw doctype();
  });
  parser.on("opentag", ({name, attributes}) => {
    told.open(localName(name), attributes as Record<string, string>, text, parser.line);
    text = "";
  });
  parser.on("text", (part) => {
    text += part;
  });
  parser.on("cdata", (part) => {
    text += part;
  });
  parser.on("closetag", ({name}) => {
    told.close(localName(name), text, parser.line);
    text = "";
  });
  return {
    write(more) {
      parser.write(more);
      return null;
    },
    end() {
      parser.close();
      return null;
    },
    line: () => parser.line
  };
}

const DECLARATION = /^<\?xml version="1\.0"(?: encoding="[A-Za-z][A-Za-z0-9._-]*")?(?: standalone="(?:yes|no)")? ?\?>/;
// the value of an attribute holds no character that XML forbids or that may begin something else than text
const TAG = /^([A-Za-z_][A-Za-z0-9_.:-]*)((?: [A-Za-z_][A-Za-z0-9_.:-]*="[ !#-%'-;=-\u005c^-\ud7ff\ue000-\ufffd]*")*) ?(\/?)$/;
const ATTRIBUTE = / ([^ =]+)="([^"]*)"/g;
const NO_ATTRIBUTES: Record<string, string> = Object.freeze(Object.create(null) as Record<string, string>);
const MOST_TAGS_KNOWN = 1000;
const LONGEST_TAG_KNOWN = 100;

const [TAB, LF, CR, SPACE, AMPERSAND, SLASH, LESS, MORE, BRACKET] = [0x09, 0x0a, 0x0d, 0x20, 0x26, 0x2f, 0x3c, 0x3e, 0x5d] as const;

interface Tag {
  /** What stands between `<` and `>`. */
  inside: string;
  name: string;
  local: string;
  attributes: Record<string, string>;
  closed: boolean;
  /** The same again will be this one: it has no attributes. */
  kept: boolean;
  /** The kept tag that opened after this one when it was last met: most likely the next one, too. */
  next: Tag | null;
}

function localName(name: string): string {
  const colon = name.indexOf(":");
  return colon < 0 ? name : name.slice(colon + 1);
}

/** An opening tag; null where saxes has to judge. */
function tagOf(inside: string, kept: boolean): Tag | null {
  const found = TAG.exec(inside);
  if (!found) return null;
  const [name, given] = [found[1]!, found[2]!];
  let attributes = NO_ATTRIBUTES;
  if (given !== "") {
    attributes = Object.create(null) as Record<string, string>;
    for (const [, key, value] of given.matchAll(ATTRIBUTE)) {
      if (key! in attributes) return null;
      attributes[key!] = value!;
    }
  }
  return {inside, name, local: localName(name), attributes, closed: found[3] === "/", kept, next: null};
}

/**
 * What nearly every export consists of: tags of plain names, attributes in double quotes, text without references. Of such markup every reader hears the
 * same. At anything else (a reference, comment, CDATA, instruction, a tag that closes what is not open) it leaves off, at the end of the last tag before it.
 */
function ordinaryMarkup(told: Told): MarkupReader {
  const known = new Map<string, Tag>();
  let within: Tag[] | null = [];
  let last: Tag | null = null;
  let line = 1;
  let rest = "";
  let begun = false;

  const leaveOff = (text: string): LeftOff => ({text, line, within: within && within.map((tag) => tag.name)});
  return {
    write(more) {
      const text = rest + more;
      const {length} = text;
      let at = 0;
      if (!begun) {
        begun = true;
        at = DECLARATION.exec(text)?.[0].length ?? 0;
      }
      for (;;) {
        let lines = 0;
        let ink = false;
        let start = at;
        // up to a character that XML forbids or that may begin something else than text, and to a CR that is not of a CRLF
        for (; start < length; start++) {
          const code = text.charCodeAt(start);
          if (code === LESS) break;
          if (code > SPACE) {
            if (code === AMPERSAND || code === BRACKET || (code >= 0xd800 && (code < 0xe000 || code > 0xfffd))) return leaveOff(text.slice(at));
            ink = true;
          } else if (code === LF) lines++;
          else if (code === CR ? start + 1 < length && text.charCodeAt(start + 1) !== LF : code !== SPACE && code !== TAB) return leaveOff(text.slice(at));
        }
        if (start + 1 >= length) break;
        if (text.charCodeAt(start + 1) === SLASH) {
          const open: Tag | undefined = within?.at(-1);
          const end = start + 2 + (open?.name.length ?? 0);
          if (open === undefined || text.charCodeAt(end) !== MORE || !text.startsWith(open.name, start + 2)) {
            if (text.indexOf(">", start) < 0) break;
            return leaveOff(text.slice(at));
          }
          line += lines;
          within!.pop();
          told.close(open.local, textOf(text, at, start, lines), line);
          if (within!.length === 0) within = null;
          at = end + 1;
          continue;
        }
        let tag: Tag | null = last?.next ?? null;
        let end: number = tag ? start + 1 + tag.inside.length : -1;
        if (!tag || text.charCodeAt(end) !== MORE || !text.startsWith(tag.inside, start + 1)) {
          end = text.indexOf(">", start);
          if (end < 0) break;
          const inside = text.slice(start + 1, end);
          tag = known.get(inside) ?? null;
          if (!tag) {
            // what is kept is copied: V8 would keep all the text of which it is a slice
            const kept = inside.length <= LONGEST_TAG_KNOWN && known.size < MOST_TAGS_KNOWN && !inside.includes("=") ? Buffer.from(inside).toString() : null;
            tag = tagOf(kept ?? inside, kept !== null);
            if (!tag) return leaveOff(text.slice(at));
            if (kept !== null) known.set(kept, tag);
          }
          if (last?.kept && tag.kept) last.next = tag;
        }
        if (within === null || (within.length === 0 && ink)) return leaveOff(text.slice(at));
        line += lines;
        told.open(tag.local, tag.attributes, ink ? textOf(text, at, start, lines) : "", line);
        if (tag.closed) told.close(tag.local, "", line);
        else within.push(tag);
        if (within.length === 0) within = null;
        last = tag;
        at = end + 1;
      }
      rest = text.slice(at);
      return (within?.length ?? 0) === 0 && INK.test(rest.split("<", 1)[0]!) ? leaveOff(rest) : null;
    },
    end: () => (within === null && !INK.test(rest) ? null : leaveOff(rest)),
    line: () => line + rest.split("\n").length - 1
  };
}

/** Text as XML has it: a line ends in LF. */
const textOf = (text: string, from: number, to: number, lines: number): string => (lines ? text.slice(from, to).replaceAll("\r\n", "\n") : text.slice(from, to));

/** saxes reports a DOCTYPE only once it has read all of it. */
function beginsWithDoctype(text: string): boolean {
  for (let i = 0; ; ) {
    while (/\s/.test(text.charAt(i))) i++;
    const end = text.startsWith("<?", i) ? "?>" : text.startsWith("<!--", i) ? "-->" : null;
    if (end === null) return text.slice(i, i + 9).toUpperCase() === "<!DOCTYPE";
    const found = text.indexOf(end, i + 2);
    if (found < 0) return false;
    i = found + end.length;
  }
}

const doctype = () =>
  new Refusal("xml-doctype", "The XML file has a DOCTYPE, which no export needs and which can make a reader fetch or expand other files; export it again without one.");

