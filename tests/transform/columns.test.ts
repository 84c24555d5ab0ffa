// Columns of cases hold what the views say, row for row, however the words come: the words are taken from hashes and the child's from its own table, so both are held to plain SQL.
import {fileURLToPath} from "node:url";
import fc from "fast-check";
import {afterAll, beforeAll, expect, test} from "vitest";
import {openScratch, rowsOf, type Opened} from "../../etl/duckdb.ts";
import {buildCalendar} from "../../etl/transform/calendar.ts";
import {NOT_RECORDED, type Dimension} from "../../etl/transform/cases.ts";
import {monthNumber, NOBODY, NO_VALUE, narrowed, readChildren, readColumns, type CaseColumns} from "../../etl/transform/columns.ts";
import {besideChild, OF_CHILD} from "../../etl/transform/measures.ts";
import {readReference} from "../../etl/transform/reference.ts";

const OWN = ["team", "source", "category"] as const;
const BESIDE = Object.keys(OF_CHILD) as (keyof typeof OF_CHILD)[];
const DIMENSIONS: Dimension[] = [...OWN, ...BESIDE];

let scratch: Opened;
beforeAll(async () => {
  scratch = await openScratch(1);
  await buildCalendar(scratch.db, readReference(fileURLToPath(new URL("../../data/reference/", import.meta.url))), "E06000001");
  await scratch.db.run(`create or replace macro as_at() as date '2026-03-31';
    create table journey.child (child_id varchar, date_of_birth date, turned_1 date, turned_5 date, turned_10 date, turned_16 date, sex varchar, ethnicity varchar, locality varchar, family_id varchar);
    create table bare (view varchar, counted_on date, met boolean, value integer, child_id varchar, team varchar, source varchar, category varchar)`);
  for (const view of ["a", "b", "c"]) await scratch.db.run(`create view bare_${view} as select * from bare where view = '${view}'; create view whole_${view} as select c.*, ${BESIDE.map((d) => `${OF_CHILD[d]} as ${d}`).join(", ")} from ${besideChild(`bare_${view}`)}`);
});
afterAll(() => scratch?.close());

const word = fc.option(fc.oneof(fc.constantFrom("North", "A team with a name of more than twelve letters", NOT_RECORDED, "", "ß’\u{1F600}", "a'b;--"), fc.string({maxLength: 20}).filter((text) => !text.includes("\u0000"))), {nil: null});
const day = fc.oneof(fc.constantFrom("2010-01-01", "2011-01-01", "2026-03-31", "2026-04-01", "2000-02-29", "1899-12-31", "2016-02-29", "2020-02-28", "2020-02-29"), fc.date({min: new Date("1998-01-01"), max: new Date("2027-12-31"), noInvalidDate: true}).map((d) => d.toISOString().slice(0, 10)));
const childIds = ["1", "2", "3", "4"];
const child = fc.record({born: fc.option(day, {nil: null}), sex: word, ethnicity: word, locality: word});
const row = fc.record({view: fc.constantFrom("a", "b", "c"), counted_on: day, met: fc.option(fc.boolean(), {nil: null}), child_id: fc.option(fc.constantFrom(...childIds, "a stranger", "another"), {nil: null}), team: word, source: word, category: word});

const condition = fc.record({dimension: fc.constantFrom(...DIMENSIONS), groups: fc.array(fc.oneof(fc.constantFrom("North", NOT_RECORDED, "1 to 4", "5 to 9", "a group of nobody"), word.map(String)), {maxLength: 3})});

/** Cases as rows of words, in the order of their values; children by which of the rows are of the same one. */
function plain(cases: CaseColumns): unknown[][] {
  const seen = new Map<number, number>();
  const order = Array.from({length: cases.size}, (_, i) => i).sort((a, b) => cases.value[a]! - cases.value[b]!);
  return order.map((i) => {
    const who = cases.child![i]!;
    return [cases.month[i], [false, true, null][cases.met[i]!], cases.value[i], who === NOBODY ? null : (seen.get(who) ?? seen.set(who, seen.size).get(who)), ...DIMENSIONS.map((d) => cases.groups.get(d)!.names[cases.groups.get(d)!.of[i]!])];
  });
}

test("whatever stands in them, with what the child adds or without, several at once or one", async () => {
  const {db} = scratch;
  await fc.assert(
    fc.asyncProperty(fc.array(child, {minLength: childIds.length, maxLength: childIds.length}), fc.array(row, {maxLength: 40}), fc.array(fc.array(condition, {maxLength: 3}), {minLength: 1, maxLength: 4}), async (children, rows, asked) => {
      await db.run("delete from journey.child; delete from bare");
      for (const [i, {born, sex, ethnicity, locality}] of children.entries())
        await db.run("insert into journey.child select $1, cast($2 as date), birthday(cast($2 as date), 1), birthday(cast($2 as date), 5), birthday(cast($2 as date), 10), birthday(cast($2 as date), 16), $3, $4, $5, null", [childIds[i]!, born, sex, ethnicity, locality]);
      for (const [i, r] of rows.entries()) await db.run("insert into bare select $1, cast($2 as date), $3, $4, $5, $6, $7, $8", [r.view, r.counted_on, r.met, i - 5, r.child_id, r.team, r.source, r.category]);
      const known = await readChildren(db);
      // the children are read once for many statements: strangers that an earlier one met are still nobody of whom something is known
      await readColumns(db, ["bare_c"], {dimensions: DIMENSIONS, children: known});
      const added = await readColumns(db, ["bare_a", "bare_b", "bare_c"], {dimensions: DIMENSIONS, countChildren: true, children: known});
      for (const [i, view] of ["a", "b", "c"].entries()) {
        const seen = new Map<string, number>();
        const wanted = (await rowsOf<Record<string, string | number | boolean | null>>(db, `select strftime(counted_on, '%Y-%m') as month, met, value, child_id, ${DIMENSIONS.join(", ")} from whole_${view} where counted_on <= as_at() order by value`)).map((r) => [
          monthNumber(r.month as string), r.met, r.value, r.child_id === null ? null : (seen.get(r.child_id as string) ?? seen.set(r.child_id as string, seen.size).get(r.child_id as string)), ...DIMENSIONS.map((d) => r[d] ?? NOT_RECORDED)
        ]);
        const [alone] = await readColumns(db, [`whole_${view}`], {dimensions: DIMENSIONS, countChildren: true});
        expect(plain(added[i]!)).toEqual(wanted);
        expect(plain(alone!)).toEqual(wanted);
        for (const conditions of asked) {
          const left = wanted.filter((r) => conditions.every(({dimension, groups}) => groups.includes(String(r[4 + DIMENSIONS.indexOf(dimension)]))));
          expect(plain(narrowed(alone!, conditions)).map((r) => r.toSpliced(3, 1))).toEqual(left.map((r) => r.toSpliced(3, 1)));
          // narrowed once more
          expect(plain(narrowed(narrowed(alone!, conditions), asked[0]!)).length).toBe(left.filter((r) => asked[0]!.every(({dimension, groups}) => groups.includes(String(r[4 + DIMENSIONS.indexOf(dimension)])))).length);
        }
      }
    }),
    {numRuns: 40}
  );
});

test("thousands of different words, over more rows than DuckDB gives at a time", async () => {
  const {db} = scratch;
  await db.run("delete from bare; insert into bare select 'a', date '2025-01-01', true, null, 'child ' || (i % 3000), 'team ' || (i % 2500), case when i % 7 > 0 then 'source ' || (i % 7) end, null from range(10000) t(i)");
  const [cases] = await readColumns(db, ["bare_a"], {dimensions: ["team", "source"], countChildren: true});
  const said = (d: Dimension) => Array.from(cases!.groups.get(d)!.of, (of) => cases!.groups.get(d)!.names[of]);
  expect(said("team")).toEqual(Array.from({length: 10000}, (_, i) => `team ${i % 2500}`));
  expect(said("source")).toEqual(Array.from({length: 10000}, (_, i) => (i % 7 ? `source ${i % 7}` : NOT_RECORDED)));
  expect(new Set(cases!.child).size).toBe(3000);
  expect(new Set(cases!.value)).toEqual(new Set([NO_VALUE]));
  expect(cases!.groups.get("team")!.names).toHaveLength(2500);
});
