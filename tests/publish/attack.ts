// An attacker who reads partnership editions, and nothing else: every statement they make becomes a constraint, and HiGHS, an integer
// programming solver that shares no line with the suppression, bounds every withheld number over all of them together.
import loadHighs from "highs";
import type {Edition, Row} from "../../etl/publish/partnership.ts";

// its types are written for CommonJS: what Node imports is the loader itself
const highs = await (loadHighs as unknown as (typeof loadHighs)["default"])();

export interface Bound {
  cell: string;
  least: number;
  most: number;
}

/** More than any count of an authority: keeps a maximum finite where nothing bounds a number. */
const ENOUGH = 1_000_000;

interface System {
  known: Map<string, number>;
  withheld: Set<string>;
  /** Each a sum of weighted numbers between two bounds. */
  rules: {terms: [number, string][]; least: number; most: number}[];
}

/** Everything the editions say. The same measure, quarter, table, group and column is the same number in each: a quarter is given once. */
function read(editions: readonly Edition[]): System {
  const system: System = {known: new Map(), withheld: new Set(), rules: []};
  const say = (cell: string, shown: number | "c") => {
    if (shown === "c") system.withheld.add(cell);
    else if ((system.known.get(cell) ?? shown) !== shown) throw new Error(`${cell} is ${system.known.get(cell)} in one edition and ${shown} in another`);
    else system.known.set(cell, shown);
    return cell;
  };
  const equation = (terms: [number, string][]) => system.rules.push({terms, least: 0, most: 0});
  for (const edition of editions) {
    for (const {id, blocks, rates} of edition.measures) {
      for (const {quarter, tables, total} of blocks) {
        const at = (dimension: string, group: string) => `${id}|${quarter}|${dimension}|${group}`;
        const rowSays = (where: string, row: Row) => {
          const [n, rest, d] = [say(`${where}|numerator`, row.numerator), say(`${where}|rest`, row.rest), say(`${where}|denominator`, row.denominator)];
          equation([[1, n], [1, rest], [-1, d]]);
          if (row.percent === null) return;
          // a share to one decimal: 100 n / d lies within 0.05 of it
          system.rules.push({terms: [[100, n], [-(row.percent - 0.05), d]], least: -1e-6, most: Infinity}, {terms: [[100, n], [-(row.percent + 0.05), d]], least: -Infinity, most: 1e-6});
        };
        if (total) rowSays(at("total", ""), total);
        for (const {dimension, rows} of tables) {
          for (const row of rows) rowSays(at(dimension, row.group), row);
          // months and groups add up to the quarter, whether the quarter's own numbers are given or not
          for (const column of ["numerator", "rest", "denominator"]) equation([...rows.map((row): [number, string] => [1, `${at(dimension, row.group)}|${column}`]), [-1, `${at("total", "")}|${column}`]]);
        }
        const rate = rates.find((one) => one.quarter === quarter);
        if (rate) system.rules.push({terms: [[40_000 / rate.population, `${at("total", "")}|denominator`]], least: rate.per10000 - 0.0500001, most: rate.per10000 + 0.0500001});
      }
    }
  }
  for (const cell of system.known.keys()) system.withheld.delete(cell);
  return system;
}

/** Numbers that share a rule, directly or through others: what is not connected cannot tell of each other. */
function connected({rules, known, withheld}: System): string[][] {
  const above = new Map<string, string>();
  const root = (cell: string): string => {
    const up = above.get(cell);
    if (up === undefined) return cell;
    const top = root(up);
    above.set(cell, top);
    return top;
  };
  for (const {terms} of rules) {
    const unknown = terms.map(([, cell]) => cell).filter((cell) => !known.has(cell));
    for (const cell of unknown.slice(1)) if (root(cell) !== root(unknown[0]!)) above.set(root(cell), root(unknown[0]!));
  }
  const groups = new Map<string, string[]>();
  for (const cell of withheld) (groups.get(root(cell)) ?? groups.set(root(cell), []).get(root(cell))!).push(cell);
  return [...groups.values()];
}

/** The least and most that every withheld number can be. A withheld number is at least 1, as zeros are shown; all are whole. */
export function boundsOf(editions: readonly Edition[]): Bound[] {
  const system = read(editions);
  const bounds: Bound[] = [];
  for (const cells of connected(system)) {
    const members = new Set(cells);
    // unnamed numbers that the same rules speak of (a quarter's total that is not given) belong to it too
    let rules = system.rules.filter(({terms}) => terms.some(([, cell]) => members.has(cell)));
    for (let size = -1; size !== members.size; ) {
      size = members.size;
      for (const {terms} of rules) for (const [, cell] of terms) if (!system.known.has(cell)) members.add(cell);
      rules = system.rules.filter(({terms}) => terms.some(([, cell]) => members.has(cell)));
    }
    const names = new Map([...members].map((cell, i) => [cell, `x${i}`]));
    const lines = rules.flatMap(({terms, least, most}) => {
      const fixed = terms.reduce((sum, [weight, cell]) => sum + weight * (system.known.get(cell) ?? 0), 0);
      const left = terms.filter(([, cell]) => !system.known.has(cell)).map(([weight, cell]) => `${weight < 0 ? "-" : "+"} ${Math.abs(weight)} ${names.get(cell)}`).join(" ");
      if (least === most) return [`${left} = ${least - fixed}`];
      return [...(Number.isFinite(least) ? [`${left} >= ${least - fixed}`] : []), ...(Number.isFinite(most) ? [`${left} <= ${most - fixed}`] : [])];
    });
    const body = `Subject To\n${lines.map((line, i) => ` r${i}: ${line}`).join("\n")}\nBounds\n${[...names].map(([cell, name]) => ` ${system.withheld.has(cell) ? 1 : 0} <= ${name} <= ${ENOUGH}`).join("\n")}\nGenerals\n ${[...names.values()].join(" ")}\nEnd`;
    const reach = (direction: "Minimize" | "Maximize", cell: string): number => {
      const answer = highs.solve(`${direction}\n goal: ${names.get(cell)}\n${body}`, {output_flag: false, mip_rel_gap: 0, mip_abs_gap: 0.5});
      if (answer.Status !== "Optimal") throw new Error(`${cell}: ${answer.Status}: the editions contradict each other`);
      return Math.round(answer.ObjectiveValue);
    };
    for (const cell of cells) bounds.push({cell, least: reach("Minimize", cell), most: reach("Maximize", cell)});
  }
  return bounds;
}

/** Withheld numbers that the editions give away after all. */
export const givenAway = (editions: readonly Edition[]): Bound[] => boundsOf(editions).filter(({least, most}) => least === most);
