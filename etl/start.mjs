// npm start: sets up what is missing, runs the main job and serves the dashboard. Plain JavaScript: it runs before anything is installed.
import {spawnSync} from "node:child_process";
import {existsSync, readdirSync} from "node:fs";
import path from "node:path";
import {fileURLToPath} from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const major = Number(process.versions.node.split(".")[0]);
if (major < 20) stop(`Node ${process.versions.node} is too old; install Node 20 or newer from your software centre or nodejs.org, then run npm start again.`);

function stop(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

/** Runs a program to its end; the exit code decides nothing here. */
function run(command, args) {
  const {status, error} = spawnSync(command, args, {cwd: root, stdio: "inherit", shell: process.platform === "win32" && command === "npm"});
  if (error) stop(`${command} could not be started: ${error.message}`);
  return status ?? 2;
}

const frontdoor = (...args) => run(process.execPath, [path.join(root, "etl", "frontdoor.mjs"), ...args]);

if (!existsSync(path.join(root, "node_modules", ".package-lock.json"))) {
  process.stderr.write("Installing what frontdoor needs (once, a minute or so)\n");
  if (run("npm", ["ci", "--no-fund", "--no-audit"]) !== 0) stop("The install did not finish: see npm's message above. A locked-down PC needs npm set to the registry your IT department allows.");
}

const exportsDir = path.join(root, "data", "exports");
const held = existsSync(exportsDir) ? readdirSync(exportsDir).filter((f) => !f.startsWith(".") && f !== "README.md") : [];
if (held.length === 0) {
  process.stderr.write("data/exports/ is empty: making the exports of a fictional authority\n");
  if (frontdoor("example", "--out", exportsDir) !== 0) stop("The example could not be written; see the message above.");
}

const outcome = frontdoor("refresh");
if (outcome === 2 && !existsSync(path.join(root, "data", "store", "current.json"))) stop("Nothing could be refreshed, so there is nothing to serve; see the message above.");
if (outcome === 2) process.stderr.write("The refresh met something it could not read (above); the dashboard shows the last complete run.\n");

if (!existsSync(path.join(root, "dist", "index.html")) && frontdoor("build") !== 0) stop("The site could not be built; see the message above.");

process.exit(frontdoor("serve", ...process.argv.slice(2)));
