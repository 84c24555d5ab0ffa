// The limit that SQL finds for a key and a day, held to what reference.ts says of the same rows.
import {expect, test} from "vitest";
import {open, rowOf, literal} from "../../etl/duckdb.ts";
import {limitSql} from "../../etl/transform/part.ts";
import {thresholdAt, type Threshold} from "../../etl/transform/reference.ts";

const row = (key: string, value: number, effectiveFrom: string, effectiveTo: string | null = null): Threshold => ({key, value, unit: "days", status: "statutory", effectiveFrom, effectiveTo, owner: null, source: "", note: null});
// one that never changed, one that did, one with months in which there was none, one that ended
const thresholds = [row("always", 45, "2013-04-15"), row("changed", 5, "2015-01-01", "2022-03-31"), row("changed", 3, "2022-04-01"), row("gap", 0, "2015-01-01", "2020-06-30"), row("gap", 7, "2020-09-01"), row("ended", 10, "2015-01-01", "2021-12-31"), row("its_name’s", 2, "2015-01-01")];
const DAYS = ["2015-01-01", "2020-06-30", "2020-07-01", "2020-08-31", "2020-09-01", "2021-12-31", "2022-01-01", "2022-03-31", "2022-04-01", "2026-03-31"];

async function limits(of: Threshold[], asked: [string, string][]): Promise<(number | null)[]> {
  const {db, close} = await open(":memory:");
  try {
    await db.run(`create macro limit_on(k, d) as ${limitSql({thresholds: of})}`);
    const {found} = await rowOf<{found: (number | null)[]}>(db, `select [${asked.map(([key, day]) => `limit_on(${literal(key)}, date '${day}')`).join(", ")}] as found`);
    return found;
  } finally {
    close();
  }
}

test("every key on every day has the limit that was in force, and none where none was", async () => {
  const asked = [...new Set(thresholds.map((t) => t.key))].flatMap((key) => DAYS.map((day): [string, string] => [key, day]));
  expect(await limits(thresholds, asked)).toEqual(asked.map(([key, day]) => thresholdAt(thresholds, key, day)?.value ?? null));
});

test("what came before the first limit is judged by it, and a key that nobody gave has none", async () => {
  expect(await limits(thresholds, [["always", "2001-01-01"], ["changed", "2001-01-01"], ["unknown", "2024-01-01"]])).toEqual([45, 5, null]);
  expect(await limits([thresholds[0]!], [["always", "2024-01-01"], ["unknown", "2024-01-01"]])).toEqual([45, null]);
});
