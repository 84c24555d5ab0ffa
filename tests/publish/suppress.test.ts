// Suppression is checked against an attacker who tries every table: it must not use the network argument of the code.
import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {recoverable, recoverableTotals, suppress, type Suppression, type SuppressionTable} from "../../etl/publish/suppress.ts";

const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
const rowSums = (counts: number[][]) => counts.map(sum);
const columnSums = (counts: number[][]) => (counts[0] ?? []).map((_, j) => sum(counts.map((row) => row[j]!)));
const withTotals = (counts: number[][]): SuppressionTable => ({
  counts,
  rowTotals: rowSums(counts),
  columnTotals: columnSums(counts)
});
const pattern = (rows: string[]) => rows.map((row) => [...row].map((c) => c === "c"));
const drawn = (hidden: boolean[][]) => hidden.map((row) => row.map((h) => (h ? "c" : ".")).join(""));
const hiddenCells = (s: Suppression) => s.hidden.flat().filter(Boolean).length;
const hiddenTotals = ({totalsHidden: {rows, columns}}: Suppression) => [...rows, ...columns].filter(Boolean).length;
const hiddenSum = (table: SuppressionTable, s: Suppression) =>
  sum(table.counts.flatMap((row, i) => row.filter((_, j) => s.hidden[i]![j])));

/** Tries every whole number ≥ 1 in the hidden cells and keeps what fits the published totals: what can be only one value? */
function attack(table: SuppressionTable, {hidden, totalsHidden}: Suppression) {
  const {counts} = table;
  const visible = (totals: (number | null)[] | undefined, withheld: boolean[], i: number) =>
    withheld[i] ? null : (totals?.[i] ?? null);
  const rowTotal = counts.map((_, i) => visible(table.rowTotals, totalsHidden.rows, i));
  const columnTotal = (counts[0] ?? []).map((_, j) => visible(table.columnTotals, totalsHidden.columns, j));
  const cells = counts.flatMap((row, i) => row.flatMap((_, j) => (hidden[i]![j] ? [{row: i, col: j}] : [])));
  const guess = counts.map((row, i) => row.map((n, j) => (hidden[i]![j] ? 0 : n)));
  const r = rowSums(guess);
  const c = columnSums(guess);
  const cellsSeen = cells.map(() => new Set<number>());
  const rowsSeen = counts.map(() => new Set<number>());
  const columnsSeen = columnTotal.map(() => new Set<number>());
  const settled = () =>
    cellsSeen.every((s) => s.size > 1) &&
    rowsSeen.every((s, i) => !totalsHidden.rows[i] || s.size > 1) &&
    columnsSeen.every((s, j) => !totalsHidden.columns[j] || s.size > 1);
  const place = (k: number): boolean => {
    const cell = cells[k];
    if (!cell) {
      if (rowTotal.some((t, i) => t != null && t !== r[i]) || columnTotal.some((t, j) => t != null && t !== c[j])) return false;
      cells.forEach(({row, col}, i) => cellsSeen[i]!.add(guess[row]![col]!));
      rowsSeen.forEach((s, i) => s.add(r[i]!));
      columnsSeen.forEach((s, j) => s.add(c[j]!));
      return settled();
    }
    const {row, col} = cell;
    const room = Math.min((rowTotal[row] ?? Infinity) - r[row]!, (columnTotal[col] ?? Infinity) - c[col]!);
    const most = Math.min(room, counts[row]![col]! + 2);
    for (let n = 1; n <= most; n++) {
      [guess[row]![col], r[row], c[col]] = [n, r[row]! + n, c[col]! + n];
      const done = place(k + 1);
      [guess[row]![col], r[row], c[col]] = [0, r[row]! - n, c[col]! - n];
      if (done) return true;
    }
    return false;
  };
  place(0);
  return {
    cells: cells.filter((_, i) => cellsSeen[i]!.size === 1).map(({row, col}) => ({row, col, value: counts[row]![col]!})),
    totals: [
      ...rowSums(counts).flatMap((value, index) =>
        totalsHidden.rows[index] && rowsSeen[index]!.size === 1 ? [{side: "row", index, value}] : []
      ),
      ...columnSums(counts).flatMap((value, index) =>
        totalsHidden.columns[index] && columnsSeen[index]!.size === 1 ? [{side: "column", index, value}] : []
      )
    ]
  };
}

/** Tables with each side's totals published, partly published or absent. */
const tables = (maxRows: number, maxColumns: number, count: fc.Arbitrary<number>): fc.Arbitrary<SuppressionTable> =>
  fc.tuple(fc.integer({min: 1, max: maxRows}), fc.integer({min: 1, max: maxColumns})).chain(([rows, columns]) => {
    const side = (n: number) =>
      fc.oneof(
        {weight: 4, arbitrary: fc.constant(Array<boolean>(n).fill(true))},
        {weight: 2, arbitrary: fc.array(fc.boolean(), {minLength: n, maxLength: n})},
        {weight: 1, arbitrary: fc.constant(undefined)}
      );
    const row = fc.array(count, {minLength: columns, maxLength: columns});
    return fc
      .tuple(fc.array(row, {minLength: rows, maxLength: rows}), side(rows), side(columns))
      .map(([counts, rowsShown, columnsShown]) => {
        const show = (totals: number[], shown: boolean[]) => totals.map((t, i) => (shown[i] ? t : null));
        return {
          counts,
          ...(rowsShown && {rowTotals: show(rowSums(counts), rowsShown)}),
          ...(columnsShown && {columnTotals: show(columnSums(counts), columnsShown)})
        };
      });
  });

/** A number where zeros and small numbers are common. */
const mixed = (max: number) =>
  fc.oneof(
    {weight: 1, arbitrary: fc.constant(0)},
    {weight: 1, arbitrary: fc.integer({min: 1, max: 3})},
    {weight: 3, arbitrary: fc.integer({min: 0, max})}
  );

const masks = (n: number) => fc.array(fc.boolean(), {minLength: n, maxLength: n});

/** A table with any pattern of hidden cells and totals, zeros apart. */
const patterned = tables(3, 3, fc.integer({min: 0, max: 4})).chain((table) => {
  const [rows, columns] = [table.counts.length, table.counts[0]!.length];
  return fc.tuple(masks(rows * columns), masks(rows), masks(columns)).map(([cells, r, c]) => ({
    table,
    suppression: {
      hidden: table.counts.map((row, i) => row.map((n, j) => n > 0 && cells[i * columns + j]!)),
      totalsHidden: {
        rows: rowSums(table.counts).map((t, i) => t > 0 && table.rowTotals?.[i] != null && r[i]!),
        columns: columnSums(table.counts).map((t, j) => t > 0 && table.columnTotals?.[j] != null && c[j]!)
      }
    }
  }));
});

/** The least cost of a safe pattern, trying them all: totals hidden beyond the small, then cells, then their sum. */
function leastByTrying(table: SuppressionTable, threshold: number, safe: (s: Suppression) => boolean) {
  const {counts} = table;
  const small = (n: number) => n >= 1 && n <= threshold;
  type Choice = {value: number; set: (s: Suppression) => void; total: boolean};
  const choices: Choice[] = [];
  const start: Suppression = {
    hidden: counts.map((row) => row.map(small)),
    totalsHidden: {
      rows: rowSums(counts).map((t, i) => table.rowTotals?.[i] != null && small(t)),
      columns: columnSums(counts).map((t, j) => table.columnTotals?.[j] != null && small(t))
    }
  };
  counts.forEach((row, i) =>
    row.forEach((value, j) => value > threshold && choices.push({value, total: false, set: (s) => (s.hidden[i]![j] = true)}))
  );
  rowSums(counts).forEach((value, i) => {
    if (value > threshold && table.rowTotals?.[i] != null)
      choices.push({value, total: true, set: (s) => (s.totalsHidden.rows[i] = true)});
  });
  columnSums(counts).forEach((value, j) => {
    if (value > threshold && table.columnTotals?.[j] != null)
      choices.push({value, total: true, set: (s) => (s.totalsHidden.columns[j] = true)});
  });
  const subsets = (of: Choice[]) =>
    Array.from({length: 2 ** of.length}, (_, bits) => of.filter((_, k) => bits & (1 << k)))
      .map((taken) => ({taken, sum: sum(taken.map((t) => t.value))}))
      .sort((a, b) => a.taken.length - b.taken.length || a.sum - b.sum);
  const cells = subsets(choices.filter((c) => !c.total));
  let least: {totals: number; cells: number; sum: number} | undefined;
  for (const totals of subsets(choices.filter((c) => c.total))) {
    if (least && least.totals < totals.taken.length + hiddenTotals(start)) break;
    for (const some of cells) {
      const cost = {
        totals: hiddenTotals(start) + totals.taken.length,
        cells: hiddenCells(start) + some.taken.length,
        sum: hiddenSum(table, start) + some.sum
      };
      if (least && (cost.cells - least.cells || cost.sum - least.sum) >= 0) break;
      const s = structuredClone(start);
      for (const choice of [...totals.taken, ...some.taken]) choice.set(s);
      if (safe(s)) least = cost;
    }
  }
  return least;
}

function expectHonest(table: SuppressionTable, result: Suppression, threshold: number) {
  table.counts.forEach((row, i) =>
    row.forEach((n, j) => {
      if (n === 0) expect(result.hidden[i]![j]).toBe(false);
      if (n >= 1 && n <= threshold) expect(result.hidden[i]![j]).toBe(true);
    })
  );
  const sides = [
    [table.rowTotals, rowSums(table.counts), result.totalsHidden.rows],
    [table.columnTotals, columnSums(table.counts), result.totalsHidden.columns]
  ] as const;
  for (const [totals, sums, withheld] of sides) {
    expect(withheld).toHaveLength(sums.length);
    sums.forEach((t, i) => {
      if (totals?.[i] == null || t === 0) expect(withheld[i]).toBe(false);
      else if (t <= threshold) expect(withheld[i]).toBe(true);
    });
  }
}

describe("recoverable", () => {
  const table = withTotals([
    [4, 30, 11],
    [17, 8, 40],
    [22, 9, 13]
  ]);

  it("finds a lone hidden cell from its row or column total", () => {
    expect(recoverable(table, pattern(["c..", "...", "..."]))).toEqual([{row: 0, col: 0, value: 4}]);
  });

  it("finds both cells of a row when each is alone in its column", () => {
    expect(recoverable(table, pattern(["c.c", "...", "..."]))).toEqual([
      {row: 0, col: 0, value: 4},
      {row: 0, col: 2, value: 11}
    ]);
  });

  it("finds nothing in the four corners of a rectangle", () => {
    expect(recoverable(table, pattern(["c.c", "...", "c.c"]))).toEqual([]);
  });

  it("finds the link between two rectangles, though every row and column hides two cells or none", () => {
    const counts = Array.from({length: 4}, () => [7, 7, 7, 7]);
    expect(recoverable(withTotals(counts), pattern(["cc..", "ccc.", "..cc", "..cc"]))).toEqual([{row: 1, col: 2, value: 7}]);
  });

  it("finds two hidden cells that sum to two, because each is at least 1", () => {
    expect(recoverable({counts: [[1, 1, 9]], rowTotals: [11]}, pattern(["cc."]))).toHaveLength(2);
    expect(recoverable({counts: [[1, 2, 9]], rowTotals: [12]}, pattern(["cc."]))).toEqual([]);
  });

  it("finds a rectangle whose diagonals both hold a 1, and not one where only one does", () => {
    const corners = pattern(["cc", "cc"]);
    const both = withTotals([
      [1, 1],
      [8, 9]
    ]);
    const one = withTotals([
      [1, 7],
      [8, 1]
    ]);
    expect(recoverable(both, corners)).toHaveLength(4);
    expect(recoverable(one, corners)).toEqual([]);
  });

  it("knows that an unpublished total protects, and that the other margin can give it back", () => {
    const counts = [
      [3, 20],
      [30, 40]
    ];
    expect(recoverable({counts, rowTotals: [null, 70]}, pattern(["c.", ".."]))).toEqual([]);
    expect(recoverable({counts, rowTotals: [null, 70], columnTotals: [33, 60]}, pattern(["c.", ".."]))).toHaveLength(1);
  });

  it("derives a hidden total from the grand total of the other margin, and the cell with it", () => {
    const counts = [
      [3, 0],
      [30, 40]
    ];
    const totalsHidden = {rows: [true, false], columns: [false, false]};
    const s = {hidden: pattern(["c.", ".."]), totalsHidden};
    expect(recoverable(withTotals(counts), s)).toEqual([{row: 0, col: 0, value: 3}]);
    expect(recoverableTotals(withTotals(counts), s)).toEqual([{side: "row", index: 0, value: 3}]);
    expect(recoverableTotals({counts, rowTotals: [3, 70]}, s)).toEqual([]);
  });

  it("takes a zero for published even where the pattern marks it", () => {
    expect(recoverable({counts: [[0, 4, 9]], rowTotals: [13]}, pattern(["cc."]))).toEqual([{row: 0, col: 1, value: 4}]);
  });

  it("agrees with an attacker who tries every table, for any pattern of hidden cells and totals", () => {
    fc.assert(
      fc.property(patterned, ({table, suppression}) => {
        const found = attack(table, suppression);
        expect(recoverable(table, suppression)).toEqual(found.cells);
        expect(recoverableTotals(table, suppression)).toEqual(found.totals);
        const {hidden} = suppression;
        const onlyCells = {hidden, totalsHidden: {rows: hidden.map(() => false), columns: hidden[0]!.map(() => false)}};
        expect(recoverable(table, hidden)).toEqual(attack(table, onlyCells).cells);
      }),
      {numRuns: 1500}
    );
  });
});

describe("suppress", () => {
  it("hides nothing when nothing is small, and never a zero", () => {
    expect(suppress(withTotals([[6, 0], [9, 12]]))).toEqual({
      hidden: [[false, false], [false, false]],
      totalsHidden: {rows: [false, false], columns: [false, false]}
    });
    expect(hiddenCells(suppress(withTotals([[0, 0, 0], [0, 0, 0]])))).toBe(0);
    expect(suppress({counts: []})).toEqual({hidden: [], totalsHidden: {rows: [], columns: []}});
  });

  it("protects one small number with the cheapest rectangle", () => {
    const table = withTotals([
      [4, 30, 11],
      [17, 8, 40],
      [22, 9, 13]
    ]);
    // The corners 11, 22, 13 sum to 46; 30, 22, 9 to 61; 30, 17, 8 to 55; 11, 17, 40 to 68.
    expect(drawn(suppress(table).hidden)).toEqual(["c.c", "...", "c.c"]);
  });

  it("takes one cycle through three small numbers instead of three rectangles", () => {
    const result = suppress(withTotals([
      [2, 20, 20],
      [20, 2, 20],
      [20, 20, 2]
    ]));
    expect(hiddenCells(result)).toBe(6);
    expect(hiddenTotals(result)).toBe(0);
  });

  it("adds a partner to two small numbers that are both 1", () => {
    expect(drawn(suppress({counts: [[1, 1, 9, 8]], rowTotals: [19]}).hidden)).toEqual(["cc.c"]);
    expect(drawn(suppress({counts: [[1, 2, 9, 8]], rowTotals: [20]}).hidden)).toEqual(["cc.."]);
  });

  it("hides a small row total, and another total from which it could be worked out", () => {
    const result = suppress(withTotals([
      [3, 0, 0],
      [30, 40, 50],
      [60, 70, 80]
    ]));
    expect(result.totalsHidden.rows[0]).toBe(true);
    expect(hiddenTotals(result)).toBe(2);
    expect(recoverableTotals(withTotals([[3, 0, 0], [30, 40, 50], [60, 70, 80]]), result)).toEqual([]);
  });

  it("leaves the other margin alone when it does not give the grand total", () => {
    const counts = [
      [3, 0],
      [30, 40]
    ];
    expect(suppress({counts, rowTotals: [3, 70]})).toEqual({
      hidden: [[true, false], [false, false]],
      totalsHidden: {rows: [true, false], columns: [false, false]}
    });
    const part = suppress({counts, rowTotals: [3, 70], columnTotals: [33, null]});
    expect(hiddenTotals(part)).toBe(1);
  });

  it("hides the total of a row with a single number, which is that number", () => {
    const counts = [
      [0, 4, 0],
      [9, 12, 20],
      [8, 15, 30]
    ];
    const result = suppress(withTotals(counts));
    expect(result.totalsHidden.rows[0]).toBe(true);
    expect(recoverable(withTotals(counts), result)).toEqual([]);
  });

  it("hides a total that is not small when a row has nothing else to hide", () => {
    const result = suppress({counts: [[3, 20], [0, 50]], columnTotals: [3, 70], rowTotals: [23, 50]});
    expect(result.totalsHidden.columns[0]).toBe(true);
    expect(recoverable(withTotals([[3, 20], [0, 50]]), result)).toEqual([]);
  });

  it("needs no partner where no total is published", () => {
    expect(drawn(suppress({counts: [[3, 20], [30, 40]]}).hidden)).toEqual(["c.", ".."]);
    expect(drawn(suppress({counts: [[3, 20], [30, 40]], rowTotals: [null, 70]}).hidden)).toEqual(["c.", ".."]);
  });

  it("protects one column and one row against their single total", () => {
    expect(drawn(suppress({counts: [[3], [9], [7]], columnTotals: [19]}).hidden)).toEqual(["c", ".", "c"]);
    expect(drawn(suppress({counts: [[3, 9, 7]], rowTotals: [19]}).hidden)).toEqual(["c.c"]);
    expect(suppress(withTotals([[2]]))).toEqual({hidden: [[true]], totalsHidden: {rows: [true], columns: [true]}});
  });

  it("hides every cell and total of a table that is all small", () => {
    const result = suppress(withTotals([[1, 1], [1, 1]]));
    expect(result).toEqual({hidden: [[true, true], [true, true]], totalsHidden: {rows: [true, true], columns: [true, true]}});
  });

  it("withholds other numbers at another threshold, and none at 0", () => {
    const table = {counts: [[8, 12, 30]], rowTotals: [50]};
    expect(drawn(suppress(table, {threshold: 10}).hidden)).toEqual(["cc."]);
    expect(drawn(suppress(table, {threshold: 12}).hidden)).toEqual(["cc."]);
    expect(drawn(suppress(table, {threshold: 7}).hidden)).toEqual(["..."]);
    expect(drawn(suppress({counts: [[1, 2]]}, {threshold: 0}).hidden)).toEqual([".."]);
  });

  it("refuses a table that is not counts, is ragged or does not add up, and says where", () => {
    expect(() => suppress({counts: [[1, 2], [3]]})).toThrow(/Row 2 .* 1 cells and row 1 has 2/);
    expect(() => suppress({counts: [[1, -2]]})).toThrow(/row 1, column 2 is -2/);
    expect(() => suppress({counts: [[1.5]]})).toThrow(/row 1, column 1 is 1.5/);
    expect(() => suppress({counts: [[NaN]]})).toThrow(/whole numbers/);
    expect(() => suppress({counts: [[6, 7]], rowTotals: [14]})).toThrow(/total of row 1 is 14 but its cells add up to 13/);
    expect(() => suppress({counts: [[6, 7]], columnTotals: [6, 8]})).toThrow(/total of column 2 is 8/);
    expect(() => suppress({counts: [[6, 7]], columnTotals: [6]})).toThrow(/2 columns and 1 column totals/);
    expect(() => suppress({counts: [[6]]}, {threshold: -1})).toThrow(/threshold is -1/);
    expect(() => recoverable({counts: [[6]], rowTotals: [5]}, [[true]])).toThrow(/add up/);
    expect(() => recoverable({counts: [[6, 7]]}, [[true]])).toThrow(/1 rows by 2 columns/);
  });

  it("is safe from an attacker who tries every table, and hides the least of all safe patterns", () => {
    fc.assert(
      fc.property(tables(3, 3, mixed(5)), fc.integer({min: 1, max: 3}), (table, threshold) => {
        fc.pre(table.counts.flat().length <= 6);
        const result = suppress(table, {threshold});
        expectHonest(table, result, threshold);
        expect(attack(table, result)).toEqual({cells: [], totals: []});
        const least = leastByTrying(table, threshold, (s) => {
          const found = attack(table, s);
          return found.cells.length + found.totals.length === 0;
        });
        expect({totals: hiddenTotals(result), cells: hiddenCells(result), sum: hiddenSum(table, result)}).toEqual(least);
      }),
      {numRuns: 250}
    );
  });

  it("hides the least of all safe patterns in larger tables, mixed or with a few small numbers apart", () => {
    const apart = fc
      .tuple(fc.array(fc.integer({min: 6, max: 40}), {minLength: 16, maxLength: 16}), fc.subarray([0, 1, 2, 3], {minLength: 2}))
      .chain(([n, rows]) => fc.shuffledSubarray([0, 1, 2, 3], {minLength: 4}).map((columns) => ({n, rows, columns})))
      .map(({n, rows, columns}) => {
        const counts = [n.slice(0, 4), n.slice(4, 8), n.slice(8, 12), n.slice(12)];
        for (const i of rows) counts[i]![columns[i]!] = 1 + (counts[i]![columns[i]!]! % 5);
        return withTotals(counts);
      });
    fc.assert(
      fc.property(fc.oneof(tables(3, 4, mixed(30)), apart), (table) => {
        const result = suppress(table);
        expectHonest(table, result, 5);
        const safe = (s: Suppression) => recoverable(table, s).length + recoverableTotals(table, s).length === 0;
        const least = leastByTrying(table, 5, safe);
        expect({totals: hiddenTotals(result), cells: hiddenCells(result), sum: hiddenSum(table, result)}).toEqual(least);
      }),
      {numRuns: 80}
    );
  });

  it("is safe, honest, free of needless secondaries and the same each time in tables of any shape", () => {
    fc.assert(
      fc.property(tables(7, 9, mixed(40)), fc.constantFrom(1, 3, 5, 10), (table, threshold) => {
        const result = suppress(table, {threshold});
        expectHonest(table, result, threshold);
        expect(recoverable(table, result)).toEqual([]);
        expect(recoverableTotals(table, result)).toEqual([]);
        expect(suppress(structuredClone(table), {threshold})).toEqual(result);
        table.counts.forEach((row, i) =>
          row.forEach((n, j) => {
            if (n <= threshold || !result.hidden[i]![j]) return;
            const shown = structuredClone(result);
            shown.hidden[i]![j] = false;
            expect(recoverable(table, shown).length + recoverableTotals(table, shown).length).toBeGreaterThan(0);
          })
        );
      }),
      {numRuns: 60}
    );
  });

  it("stays safe, and within its budget of work, in a year of months by teams and larger", () => {
    let seed = 11;
    const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
    const counts = (rows: number, columns: number, mean: number, zeros: number) =>
      Array.from({length: rows}, () =>
        Array.from({length: columns}, () => (random() < zeros ? 0 : Math.floor(-Math.log(1 - random()) * mean)))
      );
    for (const made of [counts(12, 36, 40, 0.1), counts(12, 36, 20, 0.7), counts(60, 60, 100, 0.2)]) {
      const table = withTotals(made);
      const started = performance.now();
      const result = suppress(table);
      expect(performance.now() - started).toBeLessThan(20_000);
      expectHonest(table, result, 5);
      expect(recoverable(table, result)).toEqual([]);
      expect(recoverableTotals(table, result)).toEqual([]);
    }
  });
});
