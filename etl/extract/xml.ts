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
 * Feeds text to saxes and keeps it bounded. `source` is given what tells the parser's line.
 * Throws Refusal `xml-doctype`, `xml-depth`, `xml-malformed`.
 */
export async function parseXml(source: (line: () => number) => AsyncIterable<string>, handlers: XmlHandlers): Promise<void> {
  const parser = new SaxesParser({position: false});
  const malformed = (line: number, why: string) => new Refusal("xml-malformed", `The XML file is malformed or cut off at line ${line}: ${why}. ${AGAIN}`);
  let depth = 0;
  let text = "";
  let leaf = false;
  let fed = 0;
  let lastTag = 0;
  const local = (name: string) => {
    const colon = name.indexOf(":");
    return colon < 0 ? name : name.slice(colon + 1);
  };
  parser.on("error", (error) => {
    throw malformed(parser.line, error.message.replace(/^(undefined:)?\d+:\d+: /, "").replace(/\.$/, ""));
  });
  parser.on("doctype", () => {
    throw doctype();
  });
  parser.on("opentag", ({name, attributes}) => {
    if (++depth > DEEPEST) throw new Refusal("xml-depth", `The XML file has elements more than ${DEEPEST} levels deep at line ${parser.line}, which no export has. ${AGAIN}`);
    lastTag = fed;
    if (depth > 1 && INK.test(text)) handlers.stray?.(parser.line);
    handlers.open(local(name), attributes as Record<string, string>, parser.line, depth);
    text = "";
    leaf = true;
  });
  parser.on("text", (part) => {
    text += part;
  });
  parser.on("cdata", (part) => {
    text += part;
  });
  parser.on("closetag", ({name}) => {
    depth--;
    lastTag = fed;
    if (!leaf && INK.test(text)) handlers.stray?.(parser.line);
    handlers.close(local(name), text, leaf, parser.line);
    text = "";
    leaf = false;
  });
  for await (const chunk of source(() => parser.line)) {
    if (fed === 0 && beginsWithDoctype(chunk)) throw doctype();
    for (let i = 0; i < chunk.length; i += 65_536) {
      fed += 65_536;
      parser.write(chunk.slice(i, i + 65_536));
      if (handlers.done?.()) return;
    }
    if (fed - lastTag > LONGEST_SILENCE) throw malformed(parser.line, "more than 2 MB without a tag");
    await handlers.onChunk?.(chunk.length);
  }
  parser.close();
}

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

