// A refresh in a process of its own, for tests that kill it or give it another time zone: `child.ts <place> [boundary] [threads]` stops for
// good at the boundary, having said so.
import path from "node:path";
import {silent} from "../../etl/progress.ts";
import {refresh} from "../../etl/refresh.ts";

const [, , home, stopAt, threads] = process.argv as [string, string, string, string?, string?];
const seen = new Map<string, number>();
const say = (text: string) => process.stdout.write(`${text}\n`);

process.umask(0o077);
try {
  say("begun");
  const report = await refresh({
    exportsDir: path.join(home, "exports"),
    store: path.join(home, "store"),
    data: path.join(home, "data"),
    ...(threads ? {threads: Number(threads)} : {}),
    progress: {
      ...silent,
      reached(boundary) {
        // the same boundary is passed once a load: the second time has a number
        const nth = (seen.get(boundary) ?? 0) + 1;
        seen.set(boundary, nth);
        const label = nth === 1 ? boundary : `${boundary} ${nth}`;
        say(`at ${label}`);
        if (label === stopAt) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      }
    }
  });
  say(`done ${report.run}`);
} catch (error) {
  say(`failed ${(error as Error).message}`);
  process.exitCode = 2;
}
