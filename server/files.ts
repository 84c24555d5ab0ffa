// Which file of a folder answers a path: only regular files that a listing of the folder holds, by their exact name.
// Nothing is joined to a folder that did not come from its listing, so no spelling of a path leads out of it.
import {readdir, readFile} from "node:fs/promises";
import {join, relative, sep} from "node:path";

/** Paths of the regular files under `folder`, with forward slashes; links and names that begin with a dot are left out. */
export async function listFiles(folder: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true}).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join("/"));
  return new Set(files.filter((file) => !file.split("/").some((name) => name.startsWith("."))));
}

export interface Listing {
  has(file: string): Promise<boolean>;
}

/** The files of a folder, listed again when one is missing, at most once in `again` milliseconds. */
export function listing(folder: string, {again = 1_000}: {again?: number} = {}): Listing {
  let files: Promise<ReadonlySet<string>> | null = null;
  let listedAt = 0;
  return {
    async has(file) {
      if (files && (await files).has(file)) return true;
      if (files && performance.now() - listedAt < again) return false;
      listedAt = performance.now();
      files = listFiles(folder);
      return (await files).has(file);
    }
  };
}

/** File names that may answer a page's address, most exact first: `/qa/cases` is `qa/cases`, `qa/cases.html` or `qa/cases/index.html`. */
export function candidates(path: string): string[] {
  const name = path.slice(1);
  if (name === "" || name.endsWith("/")) return [`${name}index.html`];
  return [name, `${name}.html`, `${name}/index.html`];
}

/** Script hashes by HTML file name, from the build's `csp.json`, whose keys may be addresses (`/qa/cases`) or files. */
export async function readScriptHashes(site: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const text = await readFile(join(site, "csp.json"), "utf8").catch(() => null);
  const hashes = new Map<string, readonly string[]>();
  if (text === null) return hashes;
  for (const [page, list] of Object.entries(JSON.parse(text) as Record<string, string[]>)) {
    const path = page.startsWith("/") ? page : `/${page}`;
    for (const file of candidates(path)) if (file.endsWith(".html")) hashes.set(file, list);
  }
  return hashes;
}
