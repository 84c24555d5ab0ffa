import {defineConfig} from "vitest/config";

const quick = process.env.FRONTDOOR_QUICK === "1";

export default defineConfig({
  test: {
    root: ".",
    include: ["tests/**/*.test.ts"],
    exclude: quick ? ["**/*.property.test.ts", "**/*.slow.test.ts", "tests/browser/**", "tests/pipeline/**"] : [],
    globalSetup: quick ? [] : ["tests/setup.ts"],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    maxWorkers: 2
  }
});
