// A family of measures brings its own small worlds, its oracles and its hand-written examples; here they are held to the pipeline.
import fc from "fast-check";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {dayNumber} from "./oracle/days.ts";
import {ORACLES, type OracleOf, type World} from "./oracle/measures.ts";
import {buildWorld, expectCases, expectExample, expectFigures, MEASURES, together, type Built, type Example} from "./world.ts";

export interface Family {
  name: string;
  /** By measure, written from the definitions and not from the SQL. Every measure of the family that is not in oracle/measures.ts. */
  oracles: Record<string, OracleOf>;
  /** Random worlds of the record sets that the family needs. */
  worlds: (asAt: string) => fc.Arbitrary<World>;
  /** Small worlds with the numbers worked out by hand, as at EXAMPLES_AS_AT. */
  examples: Example[];
  /** Record set → fields that every export carries though no row may fill them. */
  carried: Record<string, string[]>;
}

/** Tuesday; bank holidays near: 29 March, 1 April, 6 May. */
export const EXAMPLES_AS_AT = "2024-05-14";
const AS_AT = ["2024-05-14", "2024-03-31", "2023-12-27", "2024-02-29"];
const SPANS = [{}, {all: true}, {from: "2023-10", to: "2024-03"}, {from: "2022-06", to: "2023-04"}];

// a fixed seed: the same worlds on every machine; FC_SEED and FC_RUNS look further
const SEED = Number(process.env.FC_SEED ?? 20240514);
const RUNS = Number(process.env.FC_RUNS ?? 1);

/** Registers a family's tests: its random worlds and its examples against figures and cases. Only its own measures are built. */
export function testFamily(family: Family): void {
  Object.assign(ORACLES, family.oracles);
  const ids = Object.keys(family.oracles);
  const of = {measures: MEASURES.filter((m) => ids.includes(m.id)), carried: family.carried};

  test("every measure of the family has an oracle, and every oracle a measure", () => {
    const known = MEASURES.filter((m) => m.family === family.name).map((m) => m.id);
    expect(known.filter((id) => !ORACLES[id])).toEqual([]);
    expect(ids.filter((id) => !MEASURES.some((m) => m.id === id))).toEqual([]);
  });

  describe.each(AS_AT)("as at %s", (asAt) => {
    const sample = fc.sample(family.worlds(asAt), {numRuns: RUNS, seed: SEED + dayNumber(asAt)});
    test.each(sample.map((world, i) => ({i, world})))("world $i: every measure agrees with the oracle, case by case and month by month", async ({world}) => {
      const built = await buildWorld(world, asAt, of);
      try {
        for (const id of ids) {
          const {kind, counts, rate} = ORACLES[id]!;
          for (const asked of SPANS) {
            // cases of all time and of the usual span; a month's cases are told by its figures
            if (!("from" in asked) && kind !== "snapshot" && counts !== "child" && rate?.over !== "snapshot") await expectCases(built, world, id, asAt, asked);
            await expectFigures(built, world, id, asAt, asked);
          }
        }
      } finally {
        built.close();
      }
    });
  });

  describe("examples", () => {
    const side = family.examples.filter((e) => !e.alone);
    const world = together(side);
    let built: Built | undefined;
    beforeAll(async () => {
      if (side.length) built = await buildWorld(world, EXAMPLES_AS_AT, of);
    });
    afterAll(() => built?.close());
    for (const [i, example] of side.entries()) test(example.says, () => expectExample(built!, world, side, i, EXAMPLES_AS_AT));
    for (const example of family.examples.filter((e) => e.alone)) {
      test(example.says, async () => {
        const own = await buildWorld(example.records, EXAMPLES_AS_AT, of);
        try {
          await expectExample(own, example.records, [example], 0, EXAMPLES_AS_AT);
        } finally {
          own.close();
        }
      });
    }
  });
}
