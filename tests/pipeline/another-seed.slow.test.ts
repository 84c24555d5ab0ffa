// A smaller authority of another seed, whose exports are taken in the middle of a month and of a census year, against its own truth.
import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import {expect, onTestFinished, test} from "vitest";
import {writeExample} from "../../etl/example/index.ts";
import {frontdoor} from "../setup.ts";
import {expectTruth, measureIn, truthIn} from "./agrees.ts";

test("every measure of another authority says exactly what its generator's own world says", async () => {
  const home = mkdtempSync(path.join(tmpdir(), "frontdoor-another-"));
  onTestFinished(() => rmSync(home, {recursive: true, force: true, maxRetries: 3}));
  const [exports, store] = [path.join(home, "exports"), path.join(home, "store")];
  await writeExample({out: exports, seed: 2, until: "2025-11-14", children: 12_000});
  expect(frontdoor("refresh", "--exports", exports, "--store", store, "--json").code).toBe(1);
  expectTruth(truthIn(exports), measureIn(store));
}, 1_800_000);
