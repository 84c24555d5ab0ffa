// Builds the site (src/ → dist/) once, with no network: Observable Framework, then what it leaves undone (lang, zoom, one script a page, script hashes).
// Must not read a run: pages hold no data, so a refresh never needs a build.
import {spawn} from "node:child_process";
import {createHash} from "node:crypto";
import {existsSync} from "node:fs";
import {cp, mkdir, readdir, readFile, rename, rm, writeFile} from "node:fs/promises";
import {createRequire} from "node:module";
import {dirname, join, posix, relative, resolve, sep} from "node:path";
import {pathToFileURL} from "node:url";
import {promisify} from "node:util";
import {brotliCompress, constants} from "node:zlib";
import {build as bundle, type Plugin} from "esbuild";

export interface BuildOptions {
  /** Where the finished site goes. */
  out: string; // defaults to <root>/dist
  /** The project's root: holds observablehq.config.ts and src/. */
  root: string;
  /** Told one line at the end, and Framework's own words when the build fails. */
  log: (line: string) => void;
}

export interface BuiltSite {
  out: string;
  /** Page files, relative to `out`, with "/" between folders. */
  pages: string[];
  seconds: number;
}

// Framework's client can import these by name, so a build on a cold cache asks a registry for their versions even when no page uses one;
// an empty folder named for a version is all it looks for. No page may import them as `npm:`, so the version is never used.
const neverFetched = ["parquet-wasm", "htl", "d3-dsv", "react-dom", "react", "lodash", "echarts", "arquero", "@observablehq/sample-datasets",
  "@observablehq/plot", "topojson-client", "apache-arrow", "d3", "leaflet", "mapbox-gl"];

/**
 * Builds the site and puts it at `out` whole: pages in use are replaced only by a finished build.
 * @throws when Framework fails, a link between pages is broken, or a page would load something from another host.
 */
export async function buildSite({out, root, log}: BuildOptions): Promise<BuiltSite> {
  const started = performance.now();
  const cache = join(root, "src", ".observablehq", "cache");
  const staging = join(root, "src", ".observablehq", `site-${process.pid}`);
  for (const name of neverFetched) await mkdir(join(cache, "_npm", `${name}@0.0.0`), {recursive: true});
  try {
    const said = await framework(root, staging);
    // Framework writes <main id="observablehq-main"> itself and then does not know it, so it calls the skip link broken.
    const broken = said.split("\n").filter((line) => line.includes("↳") && !line.endsWith("#observablehq-main"));
    if (broken.length) throw new Error(`The site was not built: links lead to pages that do not exist.\n${broken.join("\n")}`);
    const pages = await finish(staging, root);
    await replace(staging, resolve(root, out));
    const seconds = (performance.now() - started) / 1000;
    log(`Site built: ${pages.length} pages in ${seconds.toFixed(1)} s (${relative(root, resolve(root, out)) || out})`);
    return {out, pages, seconds};
  } finally {
    await rm(staging, {recursive: true, force: true});
  }
}

/** Runs `observable build` quietly; its output is shown only when it fails. */
function framework(root: string, output: string): Promise<string> {
  const require = createRequire(pathToFileURL(join(root, "package.json")));
  const entry = join(dirname(require.resolve("@observablehq/framework/package.json")), "dist", "bin", "observable.js");
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [entry, "build"], {
      cwd: root,
      env: {...process.env, FRONTDOOR_SITE_OUT: relative(root, output).split(sep).join("/"), OBSERVABLE_TELEMETRY_DISABLE: "true", NO_COLOR: "1", FORCE_COLOR: "0"},
      stdio: ["ignore", "pipe", "pipe"]
    });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
    child.on("error", fail);
    child.on("close", (code) => {
      if (code === 0 && !/^error:|\bError: /m.test(said)) done(said);
      else fail(new Error(`The site was not built: Observable Framework stopped (code ${code}). It said:\n${said.trim().split("\n").slice(-25).join("\n")}`));
    });
  });
}

/** Mends each page for WCAG, and writes csp.json: page file → the sha256 of each of its inline scripts. */
async function finish(site: string, root: string): Promise<string[]> {
  const pages = (await filesIn(site)).filter((file) => file.endsWith(".html")).sort();
  const hashes: Record<string, string[]> = {};
  for (const page of pages) {
    const html = mend(await oneScript(site, root, page, await readFile(join(site, page), "utf8")));
    const foreign = /<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)="(https?:)?\/\/[^"]*"/i.exec(html);
    if (foreign) throw new Error(`The site was not built: ${page} would load something from another host: ${foreign[0]}`);
    await writeFile(join(site, page), html);
    hashes[page] = inlineScriptHashes(html);
  }
  await writeFile(join(site, "csp.json"), `${JSON.stringify(hashes, null, 2)}\n`);
  // all of it is in the pages' own scripts now
  for (const folder of ["_import/components", "_observablehq"]) await rm(join(site, folder), {recursive: true, force: true});
  for (const file of (await filesIn(site)).filter((name) => /\.(js|css|svg)$/.test(name))) await shrink(join(site, file));
  return pages;
}

/** Where pages' scripts go: below `_import/`, by which components/data.ts finds the site's root. */
const SCRIPTS = "_import/pages";

/**
 * A page with one script in the place of Framework's forty modules, each of which is a request. It is asked for before the first painting
 * (`blocking`), so that a page whose figures came with it paints them at once. Libraries that are loaded when wanted stay files of their own.
 */
async function oneScript(site: string, root: string, page: string, html: string): Promise<string> {
  const inline = /<script type="module">([\s\S]*?)<\/script>/.exec(html);
  if (!inline) return html;
  const up = "../".repeat(page.split("/").length - 1) || "./";
  // Framework imports what a block needs inside of the block: said at the top instead, it is there when the block runs
  const modules: string[] = [];
  const body = inline[1]!.replace(/\bimport\("(\.[^"]+)"\)/g, (_, from: string) => `module${modules.push(from) - 1}`);
  const {outputFiles, metafile} = await bundle({
    stdin: {contents: `${modules.map((from, i) => `import * as module${i} from "${from}";`).join("\n")}\n${body}`, resolveDir: join(site, dirname(page))},
    outdir: join(site, SCRIPTS),
    entryNames: `${page.replace(/\.html$/, "").replaceAll("/", "-")}-[hash]`,
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
    write: false,
    metafile: true,
    absWorkingDir: site,
    plugins: [libraries(site, root)]
  });
  await mkdir(join(site, SCRIPTS), {recursive: true});
  for (const file of outputFiles) await writeFile(file.path, file.contents);
  const [script, {imports}] = Object.entries(metafile.outputs).find(([, {entryPoint}]) => entryPoint)!;
  const parts = imports.filter(({kind}) => kind === "import-statement").map(({path}) => `<link rel="modulepreload" href="${up}${path}">\n`);
  return html.replace(/<link rel="modulepreload"[^>]*>\n?/g, "").replace(inline[0], `${parts.join("")}<script type="module" src="${up}${script}" blocking="render"></script>`);
}

/**
 * Libraries that a component loads when wanted stay files of their own; Framework's client also names some that no page may use, and that are not there.
 * The others are taken from where Framework took them: of its own copies, whose functions each have a call beside them, nothing unused can be left out.
 */
const libraries = (site: string, root: string): Plugin => ({
  name: "libraries",
  setup(build) {
    build.onResolve({filter: /^\./}, async ({kind, path, resolveDir}) => {
      const file = relative(site, resolve(resolveDir, path)).split(sep).join("/");
      const library = /^_node\/((?:@[^/]+\/)?[^/@]+)@/.exec(file)?.[1];
      if (kind === "dynamic-import" && !file.startsWith("_import/")) return {path: posix.join("../..", file), external: true};
      return library ? build.resolve(library, {kind: "import-statement", resolveDir: root}) : null;
    });
  }
});

/** Writes the file beside itself in brotli, which the server sends to browsers that read it. */
async function shrink(file: string): Promise<void> {
  const bytes = await readFile(file);
  if (bytes.length >= 1024) await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, {params: {[constants.BROTLI_PARAM_SIZE_HINT]: bytes.length, [constants.BROTLI_PARAM_QUALITY]: 9}}));
}

/** Framework writes `<html>` without a language and forbids zooming; both fail WCAG (3.1.1, 1.4.4). */
export function mend(html: string): string {
  const mended = html
    .replace(/<html(?=[ >])(?![^>]*\blang=)/i, '<html lang="en-GB"')
    .replace(/<meta name="viewport"[^>]*>/i, '<meta name="viewport" content="width=device-width, initial-scale=1">')
    .replace(/<meta name="generator"[^>]*>\n?/i, "")
    .replace('<main id="observablehq-main"', '<main id="observablehq-main" tabindex="-1"')
    // The "not found" page answers at any depth, and a content security policy refuses its <base>: address from the root instead.
    .replace(/^[\s\S]*<base href="([^"]*)">[\s\S]*$/, (page, base: string) => page.replace(/<base [^>]*>\n?/, "").replaceAll('"./', `"${base}`));
  if (!/<html[^>]* lang="/.test(mended)) throw new Error("The site was not built: a page has no <html> to give a language to.");
  return mended;
}

/** `sha256-…` of every inline script, as a content security policy names them. */
export function inlineScriptHashes(html: string): string[] {
  const found = [...html.matchAll(/<script\b(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/gi)];
  return [...new Set(found.map((match) => `sha256-${createHash("sha256").update(match[1] ?? "", "utf8").digest("base64")}`))].sort();
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true});
  return entries.filter((e) => e.isFile()).map((e) => relative(folder, join(e.parentPath ?? folder, e.name)).split(sep).join("/"));
}

/** Puts `from` at `to`; the old site stays until the new one is ready beside it. */
async function replace(from: string, to: string): Promise<void> {
  const old = `${to}.old-${process.pid}`;
  await mkdir(dirname(to), {recursive: true});
  const had = existsSync(to);
  if (had) await rename(to, old);
  try {
    await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "EXDEV") throw error;
      await cp(from, to, {recursive: true});
    });
  } catch (error) {
    if (had && !existsSync(to)) await rename(old, to);
    throw error;
  }
  await rm(old, {recursive: true, force: true});
}
