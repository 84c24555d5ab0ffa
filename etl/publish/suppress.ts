// Small-number suppression of a two-way table of counts: what to withhold, and proof that none of it can be worked out.
// Must not round, reorder or write anything, nor see a child: it takes counts and totals and returns what to hide.

/** A table of counts as published: rows of equal length. A `null` total, or an absent side, is not published. */
export interface SuppressionTable {
  counts: number[][];
  rowTotals?: (number | null)[];
  columnTotals?: (number | null)[];
}

/** What to withhold: `hidden[row][col]`, and per row and per column whether its published total is withheld. */
export interface Suppression {
  hidden: boolean[][];
  totalsHidden: {rows: boolean[]; columns: boolean[]};
}

export interface RecoveredCell {
  row: number;
  col: number;
  value: number;
}

export interface RecoveredTotal {
  side: "row" | "column";
  index: number;
  value: number;
}

/**
 * The cells and totals to withhold so that no number of 1–`threshold` is published or can be worked out
 * (DfE children in need statistics: 1–5 becomes `c`, with secondary suppression along every margin; zeros stay).
 *
 * Every cell and published total of 1–`threshold` is hidden; zeros never are. Of the patterns from which no hidden cell
 * or total can be recovered, it takes the one hiding fewest totals that are not themselves small, then fewest cells, then
 * the smallest sum of hidden cells. The same table always gives the same answer.
 *
 * Finding that pattern is NP-hard, so a branch and bound runs within a budget of work, counted in steps and not seconds
 * (`WORK`). Where it finishes the answer is the least: tables of up to 64 cells do, most of 100 to 150, about half of
 * 12 × 36. Where it does not, the answer is the least found by cheapest-cycle closing (Cox's network-flow suppression),
 * alone and over the edges a dual ascent leaves, with every secondary that is not needed shown again. Each check of a
 * pattern costs O(cells), and the result is checked before it is returned.
 *
 * @param table counts, with the totals that are published beside them
 * @param options `threshold`: the largest number withheld, a whole number, 0 to withhold nothing; defaults to 5
 * @throws if rows differ in length, a count is not a whole number ≥ 0, or a total is not the sum of its cells
 */
export function suppress(table: SuppressionTable, {threshold = 5}: {threshold?: number} = {}): Suppression {
  if (!Number.isSafeInteger(threshold) || threshold < 0)
    throw new Error(`Suppression threshold is ${threshold}: give a whole number of 0 or more (5 withholds 1 to 5)`);
  const network = networkOf(table);
  const {edges} = network;
  const small = Uint8Array.from(edges, (e) => (e.published && e.value <= threshold ? 1 : 0));
  const chosen = cheapestSafe(network, small);
  const result: Suppression = {
    hidden: table.counts.map((row) => row.map(() => false)),
    totalsHidden: {rows: Array(network.rows).fill(false), columns: Array(network.columns).fill(false)}
  };
  edges.forEach((e, i) => {
    if (!e.published || !chosen[i]) return;
    if (e.kind === "cell") result.hidden[e.row]![e.col] = true;
    else if (e.kind === "row") result.totalsHidden.rows[e.row] = true;
    else result.totalsHidden.columns[e.col] = true;
  });
  if (recoverable(table, result).length > 0 || recoverableTotals(table, result).length > 0)
    throw new Error("Suppression left a number that can be worked out: do not publish this table, and report it with its counts");
  return result;
}

/**
 * The hidden cells whose value can be worked out exactly from what is published.
 *
 * The attacker knows every visible cell and total, that a table adds up, and that a hidden number is a whole number ≥ 1
 * (a zero is published as 0, even where `hidden` marks it). Exact, not a bound: the hidden numbers are flows in a network
 * of rows and columns, so a value is certain if and only if no cycle of the residual network passes through it. O(cells).
 *
 * @param table the true counts and the totals published beside them
 * @param hidden the hidden cells, or a whole `Suppression` where totals are hidden too
 * @throws as `suppress`, or if `hidden` is not of the table's shape
 */
export function recoverable(table: SuppressionTable, hidden: boolean[][] | Suppression): RecoveredCell[] {
  return certainEdges(table, hidden)
    .filter((e) => e.kind === "cell")
    .map(({row, col, value}) => ({row, col, value}));
}

/** The hidden totals that can be worked out exactly: as `recoverable`, for totals. */
export function recoverableTotals(table: SuppressionTable, hidden: boolean[][] | Suppression): RecoveredTotal[] {
  return certainEdges(table, hidden).flatMap((e) =>
    e.kind === "cell" ? [] : [{side: e.kind, index: e.kind === "row" ? e.row : e.col, value: e.value}]
  );
}

function certainEdges(table: SuppressionTable, pattern: boolean[][] | Suppression): Edge[] {
  const network = networkOf(table);
  const {hidden, totalsHidden} = Array.isArray(pattern) ? {hidden: pattern, totalsHidden: undefined} : pattern;
  if (hidden.length !== network.rows || hidden.some((row, i) => row.length !== table.counts[i]!.length))
    throw new Error(`The pattern of hidden cells is not of the table's shape, ${network.rows} rows by ${network.columns} columns`);
  const isHidden = (e: Edge) =>
    e.kind === "cell" ? hidden[e.row]![e.col]! : e.kind === "row" ? totalsHidden?.rows[e.row] : totalsHidden?.columns[e.col];
  const unknown = Uint8Array.from(network.edges, (e) => (!e.published || isHidden(e) ? 1 : 0));
  const certain = certainOf(network, unknown);
  return network.edges.filter((e, i) => e.published && certain[i]);
}

/*
 * The network. One node a row, one a column and one root; each number above zero is an edge carrying its value:
 * root → row (the row's total), row → column (the cell), column → root (the column's total). What flows into a node flows
 * out, which is all that "the table adds up" says, the grand total of either margin included. Published numbers are
 * fixed; a hidden one may go up by any amount and down to 1; an unpublished total is an edge nobody needs to protect.
 */
interface Edge {
  kind: "cell" | "row" | "column";
  row: number;
  col: number;
  value: number;
  published: boolean;
}

interface Network {
  rows: number;
  columns: number;
  nodes: number;
  edges: Edge[];
  from: Int32Array;
  to: Int32Array;
  /** 1 where the value can go down, which the attacker excludes for a hidden 1. */
  falls: Uint8Array;
  incident: Int32Array[];
}

function networkOf({counts, rowTotals, columnTotals}: SuppressionTable): Network {
  const rows = counts.length;
  const columns = counts[0]?.length ?? columnTotals?.length ?? 0;
  counts.forEach((row, i) => {
    if (row.length !== columns)
      throw new Error(`Row ${i + 1} of the table has ${row.length} cells and row 1 has ${columns}: give every row the same columns`);
    row.forEach((n, j) => {
      if (!Number.isSafeInteger(n) || n < 0)
        throw new Error(`The count in row ${i + 1}, column ${j + 1} is ${n}: counts are whole numbers of 0 or more`);
    });
  });
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  const rowSums = counts.map(sum);
  const columnSums = Array.from({length: columns}, (_, j) => sum(counts.map((row) => row[j]!)));
  checkTotals("row", rowTotals, rowSums);
  checkTotals("column", columnTotals, columnSums);

  const edges: Edge[] = [];
  counts.forEach((cells, row) =>
    cells.forEach((value, col) => value > 0 && edges.push({kind: "cell", row, col, value, published: true}))
  );
  rowSums.forEach(
    (value, row) => value > 0 && edges.push({kind: "row", row, col: -1, value, published: rowTotals?.[row] != null})
  );
  columnSums.forEach(
    (value, col) => value > 0 && edges.push({kind: "column", row: -1, col, value, published: columnTotals?.[col] != null})
  );

  const root = rows + columns;
  const from = Int32Array.from(edges, (e) => (e.kind === "row" ? root : e.kind === "cell" ? e.row : rows + e.col));
  const to = Int32Array.from(edges, (e) => (e.kind === "row" ? e.row : e.kind === "cell" ? rows + e.col : root));
  const falls = Uint8Array.from(edges, (e) => (e.value > 1 || !e.published ? 1 : 0));
  const incident: number[][] = Array.from({length: root + 1}, () => []);
  edges.forEach((_, i) => {
    incident[from[i]!]!.push(i);
    incident[to[i]!]!.push(i);
  });
  return {rows, columns, nodes: root + 1, edges, from, to, falls, incident: incident.map((list) => Int32Array.from(list))};
}

function checkTotals(side: string, totals: (number | null)[] | undefined, sums: number[]): void {
  if (!totals) return;
  if (totals.length !== sums.length)
    throw new Error(
      `The table has ${sums.length} ${side}s and ${totals.length} ${side} totals: give one each, null where it is not published`
    );
  totals.forEach((total, i) => {
    if (total != null && total !== sums[i])
      throw new Error(`The total of ${side} ${i + 1} is ${total} but its cells add up to ${sums[i]}: a published table must add up`);
  });
}

/** The edges of `included` at each node. */
function restrict({nodes, incident}: Network, included: Uint8Array): Int32Array[] {
  const lists: Int32Array[] = [];
  for (let n = 0; n < nodes; n++) lists.push(incident[n]!.filter((e) => included[e]));
  return lists;
}

/** Marks the included edges whose value is certain when exactly these are unknown. */
function certainOf(network: Network, included: Uint8Array, lists = restrict(network, included)): Uint8Array {
  /*
   * A value can change if and only if a residual cycle other than "up and down the same edge" passes through its edge.
   * Between strongly connected components there is none. Within one there is, unless the edge is a bridge of the
   * component without its directions: take away an edge u–v usable both ways; if then neither reaches the other, what u
   * reaches and what v reaches together are the whole component, share no node and have no edge between them.
   */
  const {from, to} = network;
  const component = strongComponents(network, lists);
  const kept = lists.map((list) => list.filter((e) => component[from[e]!] === component[to[e]!]));
  const certain = bridges(network, kept);
  for (let e = 0; e < included.length; e++) if (included[e] && component[from[e]!] !== component[to[e]!]) certain[e] = 1;
  return certain;
}

/** Tarjan's algorithm without recursion: the strongly connected component of each node in the residual network. */
function strongComponents({nodes, from, to, falls}: Network, lists: Int32Array[]): Int32Array {
  const component = new Int32Array(nodes).fill(-1);
  const order = new Int32Array(nodes).fill(-1);
  const low = new Int32Array(nodes);
  const next = new Int32Array(nodes);
  const open: number[] = [];
  const path: number[] = [];
  let seen = 0;
  const enter = (n: number) => {
    order[n] = low[n] = seen++;
    open.push(n);
    path.push(n);
  };
  for (let start = 0; start < nodes; start++) {
    if (order[start]! >= 0) continue;
    enter(start);
    while (path.length > 0) {
      const n = path[path.length - 1]!;
      const list = lists[n]!;
      if (next[n]! < list.length) {
        const e = list[next[n]!++]!;
        if (from[e] !== n && !falls[e]) continue;
        const m = from[e] === n ? to[e]! : from[e]!;
        if (order[m]! < 0) enter(m);
        else if (component[m]! < 0) low[n] = Math.min(low[n]!, order[m]!);
        continue;
      }
      path.pop();
      if (path.length > 0) low[path[path.length - 1]!] = Math.min(low[path[path.length - 1]!]!, low[n]!);
      if (low[n] === order[n])
        for (let m = -1; m !== n; ) {
          m = open.pop()!;
          component[m] = n;
        }
    }
  }
  return component;
}

/** Marks the edges whose removal disconnects their ends, directions aside. */
function bridges({nodes, edges, from, to}: Network, lists: Int32Array[]): Uint8Array {
  const bridge = new Uint8Array(edges.length);
  const order = new Int32Array(nodes).fill(-1);
  const low = new Int32Array(nodes);
  const next = new Int32Array(nodes);
  const via = new Int32Array(nodes).fill(-1);
  const path: number[] = [];
  let seen = 0;
  for (let start = 0; start < nodes; start++) {
    if (order[start]! >= 0) continue;
    order[start] = low[start] = seen++;
    path.push(start);
    while (path.length > 0) {
      const n = path[path.length - 1]!;
      const list = lists[n]!;
      if (next[n]! < list.length) {
        const e = list[next[n]!++]!;
        if (e === via[n]) continue;
        const m = from[e] === n ? to[e]! : from[e]!;
        if (order[m]! < 0) {
          via[m] = e;
          order[m] = low[m] = seen++;
          path.push(m);
        } else low[n] = Math.min(low[n]!, order[m]!);
        continue;
      }
      path.pop();
      if (path.length === 0) continue;
      const parent = path[path.length - 1]!;
      low[parent] = Math.min(low[parent]!, low[n]!);
      if (low[n]! > order[parent]!) bridge[via[n]!] = 1;
    }
  }
  return bridge;
}

/** Steps the search may take before it settles for the best it has: about half a second for 12 × 36 cells. */
const WORK = 4_000_000;
const WORK_PER_EDGE = 4_000;

const OUT = 0;
const OPEN = 1;
const IN = 2;

const SIDES = ["row", "column", "root"] as const;
type Side = (typeof SIDES)[number];

interface Moat {
  side: Side;
  leave: Uint8Array | undefined;
  enter: Uint8Array | undefined;
  members: number[];
}

/** The cheapest set of edges that holds every `small` one and leaves none of them certain, unpublished edges included. */
function cheapestSafe(network: Network, small: Uint8Array): Uint8Array {
  const {rows, nodes, edges, from, to, falls, incident} = network;
  const {cost, roundUp} = costs(edges, small);
  const state = Uint8Array.from(edges, (e, i) => (small[i] || !e.published ? IN : OPEN));
  const costOf = (included: Uint8Array) => included.reduce((total, on, i) => (on ? total + cost[i]! : total), 0);
  const within = (s: Uint8Array, least: number) => s.map((v) => (v >= least ? 1 : 0));

  let work = WORK + WORK_PER_EDGE * edges.length;
  let best = prune(close(within(state, IN), within(state, OPEN)));
  let bestCost = costOf(best);
  const ascents = [undefined, ...SIDES].map((first) => ({first, ...ascend(state, Infinity, first)}));
  for (const {tight} of ascents) if (tight) keep(prune(close(within(state, IN), tight)));
  const {first: preferred} = ascents.reduce((a, b) => ((b.bound ?? 0) > (a.bound ?? 0) ? b : a));
  search(state);
  return best;

  function keep(found: Uint8Array): void {
    const foundCost = costOf(found);
    if (foundCost < bestCost) [best, bestCost] = [found, foundCost];
  }

  /** Branch and bound: an undecided edge of the narrowest unmet cut is first taken, then left out. */
  function search(s: Uint8Array): void {
    while (work > 0) {
      const chosen = costOf(within(s, IN));
      const ascent = ascend(s, bestCost - chosen, preferred);
      if (!ascent || roundUp(chosen + ascent.bound) >= bestCost) return;
      const found = prune(close(within(s, IN), ascent.tight));
      keep(found);
      if (roundUp(chosen + ascent.bound) >= bestCost) return;
      const slack = bestCost - chosen - ascent.bound;
      for (let e = 0; e < edges.length; e++) if (s[e] === OPEN && ascent.left[e]! >= slack) s[e] = OUT;
      const cut = ascent.cut.filter((e) => s[e] === OPEN);
      if (cut.length === 0) return;
      const branch = cut.reduce((a, b) => (rank(b, ascent.left, found) < rank(a, ascent.left, found) ? b : a));
      const taken = s.slice();
      taken[branch] = IN;
      search(taken);
      s[branch] = OUT;
    }
  }

  function rank(e: number, left: Float64Array, found: Uint8Array): number {
    return (found[e] ? 0 : cost[e]!) + left[e]!;
  }

  /**
   * A lower bound on the cost of the edges still to take, by dual ascent. Every taken edge must get a cycle, so one more
   * edge must cross any set of nodes (a moat) that its cycle has to leave and cannot yet; moats that share no node are
   * paid for together, each edge paying at most its cost, until every taken edge has a cycle of edges paid for. Those on
   * the `first` side go before the others: moats about columns, say, share no edge, and may then be worth twice as much.
   * `tight`: the taken and paid edges; `left`: what is unpaid of the others; `cut`: the narrowest moat's edges at first.
   * Undefined if some taken edge can no longer get a cycle.
   */
  function ascend(s: Uint8Array, enough: number, first?: Side) {
    const tight = within(s, IN);
    const left = cost.map((c, e) => (s[e] === OPEN ? c : 0));
    let bound = 0;
    let narrowest: number[] | undefined;
    for (let rounds = 0; bound < enough; rounds++) {
      const lists = restrict(network, tight);
      const certain = certainOf(network, tight, lists);
      work -= edges.length;
      const moats: Moat[] = [];
      for (let e = 0; e < edges.length; e++)
        if (certain[e] && s[e] === IN && edges[e]!.published)
          moats.push(moatAt(e, to[e]!, lists), moatAt(e, from[e]!, lists));
      if (moats.length === 0) break;
      const growing = moats.some((m) => m.side === first) ? moats.filter((m) => m.side === first) : moats;
      growing.sort((a, b) => a.members.length - b.members.length);
      const covered = new Uint8Array(nodes);
      const crossings = new Int32Array(edges.length);
      const crossed: number[] = [];
      let paying = 0;
      for (const moat of growing) {
        if (moat.members.some((n) => covered[n])) continue;
        for (const n of moat.members) covered[n] = 1;
        const cut = cutOf(moat, s, tight);
        if (cut.length === 0) return undefined;
        if (!narrowest || (rounds === 0 && cut.length < narrowest.length)) narrowest = cut;
        paying++;
        for (const e of cut) if (crossings[e]!++ === 0) crossed.push(e);
      }
      const step = crossed.reduce((least, e) => Math.min(least, left[e]! / crossings[e]!), Infinity);
      bound += step * paying;
      for (const e of crossed) {
        left[e] = left[e]! - step * crossings[e]!;
        if (left[e]! < 1e-3) tight[e] = 1;
      }
    }
    return {bound: Math.ceil(bound - 1 / 16), tight, left, cut: narrowest ?? []};
  }

  /** The nodes that a cycle through edge `e` must leave (going up) or enter (going down) beyond its end `n`. */
  function moatAt(e: number, n: number, lists: Int32Array[]): Moat {
    const up = reach(n, e, lists, n === from[e]);
    const down = falls[e] ? reach(n, e, lists, n !== from[e]) : undefined;
    const [leave, enter] = n === to[e] ? [up, down] : [down, up];
    const members = new Set([...(leave?.list ?? []), ...(enter?.list ?? [])]);
    const side = n < rows ? "row" : n < nodes - 1 ? "column" : "root";
    return {side, leave: leave?.mark, enter: enter?.mark, members: [...members]};
  }

  /** The nodes reached from `start` without edge `skip`, or those that reach it. */
  function reach(start: number, skip: number, lists: Int32Array[], backwards: boolean) {
    const mark = new Uint8Array(nodes);
    const list = [start];
    mark[start] = 1;
    for (let i = 0; i < list.length; i++) {
      const n = list[i]!;
      for (const e of lists[n]!) {
        work--;
        if (e === skip) continue;
        const outward = from[e] === n;
        if (outward === backwards && !falls[e]) continue;
        const m = outward ? to[e]! : from[e]!;
        if (!mark[m]) {
          mark[m] = 1;
          list.push(m);
        }
      }
    }
    return {mark, list};
  }

  function cutOf({leave, enter, members}: Moat, s: Uint8Array, tight: Uint8Array): number[] {
    const cut = new Set<number>();
    const crosses = (inside: Uint8Array | undefined, a: number, b: number) => inside && inside[a] && !inside[b];
    for (const n of members)
      for (const e of incident[n]!) {
        work--;
        if (s[e] !== OPEN || tight[e]) continue;
        const [a, b] = [from[e]!, to[e]!];
        if (crosses(leave, a, b) || crosses(enter, b, a) || (falls[e] && (crosses(leave, b, a) || crosses(enter, a, b))))
          cut.add(e);
      }
    return [...cut];
  }

  /**
   * Gives each certain edge of `included` in turn its cheapest cycle over `allowed` edges. Edges already in cost next to
   * nothing, and nothing if certain themselves, so that one cycle serves many.
   */
  function close(included: Uint8Array, allowed: Uint8Array): Uint8Array {
    const result = included.slice();
    let certain = certainOf(network, result);
    for (let e = 0; e < edges.length; e++) {
      if (!certain[e] || !edges[e]!.published) continue;
      const ways = [cheapestPath(to[e]!, from[e]!, e), falls[e] ? cheapestPath(from[e]!, to[e]!, e) : undefined];
      const way = ways.reduce((a, b) => (!a || (b && b.cost < a.cost) ? b : a));
      if (!way) continue;
      for (const f of way.path) result[f] = 1;
      certain = certainOf(network, result);
      work -= edges.length;
    }
    return result;

    function cheapestPath(start: number, end: number, skip: number) {
      const far = new Float64Array(nodes).fill(Infinity);
      const via = new Int32Array(nodes).fill(-1);
      const done = new Uint8Array(nodes);
      far[start] = 0;
      for (;;) {
        let n = -1;
        for (let m = 0; m < nodes; m++) if (!done[m] && far[m]! < (n < 0 ? Infinity : far[n]!)) n = m;
        if (n < 0) return undefined;
        if (n === end) break;
        done[n] = 1;
        work -= nodes + incident[n]!.length;
        for (const e of incident[n]!) {
          if (e === skip || !(result[e] || allowed[e]) || (from[e] !== n && !falls[e])) continue;
          const m = from[e] === n ? to[e]! : from[e]!;
          const length = far[n]! + (!result[e] ? cost[e]! : certain[e] ? 0 : 1);
          if (length < far[m]!) {
            far[m] = length;
            via[m] = e;
          }
        }
      }
      const path: number[] = [];
      for (let n = end; n !== start; ) {
        const e = via[n]!;
        path.push(e);
        n = from[e] === n ? to[e]! : from[e]!;
      }
      return {cost: far[end]!, path};
    }
  }

  /** Shows again, dearest first, each secondary edge that the small ones can do without. */
  function prune(included: Uint8Array): Uint8Array {
    const result = included.slice();
    const secondary = edges.map((_, i) => i).filter((i) => result[i] && edges[i]!.published && !small[i]);
    secondary.sort((a, b) => cost[b]! - cost[a]! || b - a);
    for (const e of secondary) {
      if (!result[e]) continue;
      result[e] = 0;
      const certain = certainOf(network, result);
      work -= edges.length;
      if (certain.some((c, i) => c && small[i])) result[e] = 1;
      else certain.forEach((c, i) => c && edges[i]!.published && (result[i] = 0));
    }
    return result;
  }
}

/**
 * One number an edge, so that sums compare by totals hidden, then cells hidden, then the values of those cells; and
 * `roundUp`, the least such sum from a bound on: so many cells have at least so small a sum.
 */
function costs(edges: Edge[], small: Uint8Array) {
  const values = edges.filter((e, i) => e.kind === "cell" && !small[i]).map((e) => e.value);
  const totals = edges.length - values.length;
  const sum = values.reduce((a, b) => a + b, 0);
  // Beyond what a double holds exactly, the values (not the numbers of cells and totals) are compared more coarsely.
  const unit = Math.max(1, Math.ceil((sum * (values.length + 1) * (totals + 1)) / 2 ** 44));
  const aCell = 1 + Math.floor(sum / unit);
  const cellCost = (value: number) => aCell + Math.floor(value / unit);
  const sorted = values.map(cellCost).sort((a, b) => a - b);
  const least = [0];
  const most = [0];
  sorted.forEach((c, i) => {
    least.push(least[i]! + c);
    most.push(most[i]! + sorted[sorted.length - 1 - i]!);
  });
  const aTotal = 1 + least[sorted.length]!;
  const cost = Float64Array.from(edges, (e, i) =>
    small[i] || !e.published ? 0 : e.kind === "cell" ? cellCost(e.value) : aTotal
  );
  const roundUp = (bound: number) => {
    const cells = most.findIndex((m) => m >= bound % aTotal);
    return cells < 0 ? bound : Math.max(bound, bound - (bound % aTotal) + least[cells]!);
  };
  return {cost, roundUp};
}
