// What a page's HTML is sent with: the run it opens, and word to the browser of the files it will ask for. It spares a page three waits in a row.
// It gives nothing that the same person would be refused at the file's own address, and its script is data: nothing of it is run.
import type {Scope} from "./settings.ts";
import {scopedFile} from "./scope.ts";
import {DIMENSIONS} from "../etl/transform/cases.ts";

export interface OpeningInputs {
  html: string;
  run: string;
  /** The request's query: `{id}` in what a page reads is taken from it. */
  query: Record<string, unknown>;
  scope: Scope | null;
  /** Reads a published file of the run. */
  read: <T>(name: string) => Promise<T>;
  has: (name: string) => Promise<boolean>;
}

/** Files that stand in the page itself where it reads them: what its first painting shows. Others are asked for beside it. */
const HELD = ["glance.json"];

const READS = /<meta name="reads" content="([^"]*)">/;

/** The published files that a page reads. */
export const readsOf = (html: string, query: Record<string, unknown>): string[] => READS.exec(html)?.[1]!.split(" ").map((name) => name.replace("{id}", typeof query.id === "string" ? query.id : "")) ?? [];

/**
 * The page with `<script id="run">` (the names and contents of run.json and of what is held) and preload links in the place of its `<meta name="reads">`;
 * a page without that meta, or a run whose files cannot be read, is sent as built: it asks for what it needs.
 */
export async function withOpening({html, run, query, scope, read, has}: OpeningInputs): Promise<string> {
  const meta = READS.exec(html);
  const root = /href="((?:\.\.?\/)+)_import\//.exec(html)?.[1];
  if (!meta || !root) return html;
  const reads: string[] = [];
  for (const name of readsOf(html, query)) if (await has(name)) reads.push(name);
  const files: Record<string, unknown> = {};
  for (const name of ["run.json", ...reads.filter((one) => HELD.includes(one))]) {
    const file = await (scope ? scopedFile(name, read, scope) : read(name)).catch(() => null);
    if (file) files[name] = file;
  }
  if (!files["run.json"]) return html;
  // within a choice most pages are counted by the server; to somebody held to some teams a file may be refused
  const narrowed = scope !== null || DIMENSIONS.some((dimension) => query[dimension]);
  const beside = narrowed ? [] : reads.filter((name) => !HELD.includes(name));
  const held = JSON.stringify({run, files}).replaceAll("<", "\\u003c");
  return html.replace(meta[0], () => `${beside.map((name) => `<link rel="preload" as="fetch" crossorigin href="${root}run/${run}/${name}">`).join("\n")}\n<script type="application/json" id="run">${held}</script>`);
}
