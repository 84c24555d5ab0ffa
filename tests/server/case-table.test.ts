// A measure's cases stand in the server's memory once somebody has narrowed it: the rows of its view, worked out once, and gone when the run is.
import {expect, onTestFinished, test} from "vitest";
import {openRuns} from "../../server/runs.ts";
import {makeRun, point, someRows, temporary} from "./support.ts";

async function opened() {
  const store = await temporary();
  await makeRun(store, "run-1", someRows);
  await point(store, "run-1");
  const runs = openRuns(store, {idle: 50});
  onTestFinished(() => runs.close());
  return {store, runs, part: (await runs.current())!.parts[0]!};
}
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test("all who ask at once are given the same table, with the rows of the view", async () => {
  const {runs, part} = await opened();
  await runs.withPart(part, async (one) => {
    await runs.withPart(part, async (other) => {
      const [a, b] = await Promise.all([runs.caseTable(part, one, "R1"), runs.caseTable(part, other, "R1")]);
      expect([a, b]).toEqual(['kept.main."R1"', 'kept.main."R1"']);
      const rows = async (of: string) => (await other.runAndReadAll(`select * from ${of} order by case_id`)).getRowsJson();
      expect(await rows(a)).toEqual(await rows('measure."R1"'));
      expect(await rows(a)).toHaveLength(someRows.length);
    });
  });
});

test("a measure that cannot be worked out is not remembered as a table: its view says why", async () => {
  const {runs, part} = await opened();
  await runs.withPart(part, async (connection) => {
    expect(await runs.caseTable(part, connection, "Z9")).toBe('measure."Z9"');
    await expect(connection.run('select * from measure."Z9"')).rejects.toThrow("Z9");
  });
});

test("the part stays open for them while the current run has it, and no longer", async () => {
  const {store, runs, part} = await opened();
  await runs.withPart(part, (connection) => runs.caseTable(part, connection, "R1"));
  await pause(200);
  expect(runs.openParts()).toBe(1);
  await makeRun(store, "run-2", someRows);
  await point(store, "run-2");
  for (let i = 0; i < 40 && runs.openParts() > 0; i++) await pause(50);
  expect(runs.openParts()).toBe(0);
});

test("nothing of a case can be written beside the server's memory", async () => {
  const {runs, part} = await opened();
  await runs.withPart(part, async (connection) => {
    await expect(connection.run("create table measure.more as select 1 as a")).rejects.toThrow(/read-only/i);
    await expect(connection.run("attach '/tmp/more.duckdb' as more")).rejects.toThrow();
  });
});
