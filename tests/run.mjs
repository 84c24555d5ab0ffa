// npm test: sets up what the checks need and runs them all; ends with one plain line of counts. --quick leaves the slow ones out.
import {spawnSync} from "node:child_process";
import {existsSync, mkdtempSync, readFileSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import {fileURLToPath} from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const quick = process.argv.includes("--quick");
const bin = (name) => path.join(root, "node_modules", ".bin", process.platform === "win32" ? `${name}.cmd` : name);
const run = (command, args, env = {}) => spawnSync(command, args, {cwd: root, stdio: "inherit", env: {...process.env, ...env}, shell: process.platform === "win32"}).status ?? 2;

if (!existsSync(path.join(root, "node_modules", ".package-lock.json"))) {
  process.stdout.write("installing\n");
  if (run("npm", ["ci", "--no-fund", "--no-audit"]) !== 0) finish({passed: 0, failed: 1, skipped: 0}, "the install did not finish");
}

let chromium = "";
if (!quick) {
  chromium = browser() ?? "";
  if (!chromium) process.stdout.write("No Chromium was found and none could be installed: install Chromium or Chrome, or set CHROMIUM_PATH to one. The browser tests fail until then.\n");
}

const counts = {passed: 0, failed: 0, skipped: 0};
/** Lint and types count as one check each. */
function check(name, command, args) {
  process.stdout.write(`${name}\n`);
  if (run(command, args) === 0) counts.passed++;
  else counts.failed++;
}
check("lint", bin("oxlint"), ["--deny-warnings", "etl", "server", "src", "tests", "observablehq.config.ts"]);
check("types", bin("tsc"), ["--noEmit"]);

const scratch = mkdtempSync(path.join(tmpdir(), "frontdoor-tests-"));
const results = path.join(scratch, "results.json");

// what the tests leave in the temporary folder goes with the scratch
run(bin("vitest"), ["run", "-c", "tests/vitest.config.ts", "--reporter=default", "--reporter=json", `--outputFile.json=${results}`], {FRONTDOOR_QUICK: quick ? "1" : "", CHROMIUM_PATH: chromium, TZ: process.env.TZ ?? "Europe/London", TMPDIR: scratch, TMP: scratch, TEMP: scratch});
try {
  const told = JSON.parse(readFileSync(results, "utf8"));
  counts.passed += told.numPassedTests;
  counts.failed += told.numFailedTests + told.testResults.filter((f) => f.status === "failed" && f.assertionResults.length === 0).length;
  counts.skipped += told.numPendingTests + told.numTodoTests;
  for (const file of told.testResults) for (const test of file.assertionResults) if (test.status === "pending" || test.status === "skipped") process.stdout.write(`skipped: ${path.relative(root, file.name)}: ${test.fullName}\n`);
} catch (error) {
  process.stdout.write(`the test runner left no results: ${error.message}\n`);
  counts.failed++;
}
rmSync(scratch, {recursive: true, force: true});
finish(counts);

function finish({passed, failed, skipped}, why) {
  if (why) process.stdout.write(`${why}\n`);
  process.stdout.write(`tests: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
}

/** A Chromium that is there, else one that apt can bring when we are root on Debian. */
function browser() {
  const found = () => [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "C:/Program Files/Google/Chrome/Application/chrome.exe", "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe"].find((f) => f && existsSync(f));
  if (found()) return found();
  if (process.platform === "linux" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    process.stdout.write("installing Chromium with apt\n");
    run("apt-get", ["update", "-qq"]);
    run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"], {DEBIAN_FRONTEND: "noninteractive"});
  }
  return found();
}
