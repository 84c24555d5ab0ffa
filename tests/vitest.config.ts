import {existsSync, readFileSync} from "node:fs";
import {defineConfig} from "vitest/config";

const quick = process.env.FRONTDOOR_QUICK === "1";
// the example is made, refreshed and built (half a minute) only for a run that may ask for it
const named = process.argv.filter((a) => a.startsWith("tests/") && !a.endsWith("vitest.config.ts"));
const asks = (file: string) => !file.endsWith(".ts") || !existsSync(file) || /inject\("example"\)|openExample\(/.test(readFileSync(file, "utf8"));
const example = !quick && (named.length === 0 || named.some(asks));

export default defineConfig({
  test: {
    root: ".",
    include: ["tests/**/*.test.ts"],
    exclude: quick ? ["**/*.property.test.ts", "**/*.slow.test.ts", "tests/browser/**", "tests/pipeline/**"] : [],
    globalSetup: example ? ["tests/setup.ts"] : [],
    testTimeout: 300_000,
    hookTimeout: 900_000,
    maxWorkers: 2
  }
});
