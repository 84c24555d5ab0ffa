// Steps up and down between case statuses: a band from where a child was to where the child went, as wide as the moves are many.
// Neither direction is good or bad in itself: up is solid, down is pale with a broken edge, and words say which.
import {svg} from "./markup.js";
import type {CohortFile, FlowRow} from "../../etl/publish/published.ts";
import type {Table} from "./download.js";
import {count} from "./format.js";
import {apart} from "./labels.js";
import {inWords} from "./relabel.js";

export interface FlowOptions {
  statuses: CohortFile["statuses"];
  width: number;
  label: string;
  /** Where the cases of a band open. */
  href?: (from: string, to: string) => string;
}

interface Node {
  code: string;
  label: string;
  total: number;
  y: number;
  height: number;
}

const PAD = 26;
const TOP = 24;

/** Statuses from the weightiest down, where cases were on the left, where they went on the right. */
export function flowChart(moves: FlowRow[], o: FlowOptions): SVGElement {
  const room = o.width >= 520 ? 190 : 92;
  const total = moves.reduce((n, m) => n + m.moves, 0);
  const height = TOP + 300 + PAD * Math.max(0, o.statuses.length - 1) + 12;
  if (!total) return svg`<svg class="chart" viewBox="0 0 ${o.width} 40" width=${o.width} height="40" role="img" aria-label=${o.label}><text x="0" y="24">No move in this period</text></svg>`;
  const unit = 300 / total;
  const side = (key: "from" | "to"): Map<string, Node> => {
    let y = TOP;
    return new Map(o.statuses.flatMap((s) => {
      const n = moves.filter((m) => m[key] === s.code).reduce((sum, m) => sum + m.moves, 0);
      if (!n) return [];
      const node: Node = {...s, total: n, y, height: Math.max(2, n * unit)};
      y += node.height + PAD;
      return [[s.code, node] as const];
    }));
  };
  const [left, right] = [side("from"), side("to")];
  const used = new Map<string, number>();
  const take = (key: string, by: number): number => {
    const at = used.get(key) ?? 0;
    used.set(key, at + by);
    return at + by / 2;
  };
  const rank = (code: string): number => o.statuses.findIndex((s) => s.code === code);
  const ordered = [...moves].sort((a, b) => rank(a.from) - rank(b.from) || rank(a.to) - rank(b.to));
  const offsets = new Map(ordered.map((m) => [m, take(`l${m.from}`, m.moves * unit)]));
  const ends = new Map([...ordered].sort((a, b) => rank(a.to) - rank(b.to) || rank(a.from) - rank(b.from)).map((m) => [m, take(`r${m.to}`, m.moves * unit)]));
  const [x0, x1] = [room + 8, o.width - room - 8];
  const names = (nodes: Map<string, Node>) => apart([...nodes.values()].map((n) => ({...n, y: n.y + n.height / 2})), 30, TOP, height - 14);
  return svg`<svg class="chart flow" viewBox="0 0 ${o.width} ${height}" width=${o.width} height=${height} role=${o.href ? "group" : "img"} aria-label=${o.label}>
    <text class="axis" x=${room} y="12" text-anchor="end">Was</text><text class="axis" x=${o.width - room} y="12">Went to</text>
    ${ordered.map((m) => {
      const [a, b] = [left.get(m.from)!, right.get(m.to)!];
      const wide = Math.max(1.2, m.moves * unit);
      const drawn = svg`<path class="move" data-direction=${m.direction} data-moves=${m.moves} d=${band(x0, a.y + offsets.get(m)!, x1, b.y + ends.get(m)!, wide)}><title>${a.label} to ${b.label}: ${count(m.moves)} (${m.direction})</title></path>`;
      return o.href ? svg`<a href=${o.href(m.from, m.to)} aria-label=${`${a.label} to ${b.label}: ${count(m.moves)} moves, ${m.direction}`}>${drawn}</a>` : drawn;
    })}
    ${[...left.values()].map((n) => svg`<rect class="status" x=${x0 - 6} y=${r(n.y)} width="6" height=${r(n.height)} />`)}
    ${[...right.values()].map((n) => svg`<rect class="status" x=${x1} y=${r(n.y)} width="6" height=${r(n.height)} />`)}
    ${names(left).map((n) => svg.fragment`<text class="status-name" x=${room - 4} y=${r(n.y)} text-anchor="end">${short(n.label, room)}</text><text class="axis" x=${room - 4} y=${r(n.y + 14)} text-anchor="end">${count(n.total)}</text>`)}
    ${names(right).map((n) => svg.fragment`<text class="status-name" x=${o.width - room + 4} y=${r(n.y)}>${short(n.label, room)}</text><text class="axis" x=${o.width - room + 4} y=${r(n.y + 14)}>${count(n.total)}</text>`)}
  </svg>`;
}

/** A band of one width all along, whatever its slope. */
function band(x0: number, y0: number, x1: number, y1: number, wide: number): string {
  const [middle, half] = [r((x0 + x1) / 2), wide / 2];
  const curve = (from: number, to: number, x: number) => `C${middle},${r(from)} ${middle},${r(to)} ${x},${r(to)}`;
  return `M${x0},${r(y0 - half)}${curve(y0 - half, y1 - half, x1)}L${x1},${r(y1 + half)}${curve(y1 + half, y0 + half, x0)}Z`;
}

const short = (text: string, room: number): string => (room > 120 ? text : text.replace("Child protection plan", "CP plan").replace("Child-in-need plan", "CIN plan").replace("Looked after child", "Looked after").replace("Open assessment", "Assessment"));

/** The moves as a table, with how many of those down came back. */
export function flowTable(moves: FlowRow[], statuses: CohortFile["statuses"]): Table {
  const label = (code: string) => statuses.find((s) => s.code === code)?.label ?? code;
  return {
    columns: ["From", "To", "Direction", "Moves", "Back up within 12 months", "Too recent to tell"],
    rows: [...moves].sort((a, b) => b.moves - a.moves).map((m) => [label(m.from), label(m.to), m.direction, m.moves, m.again, m.tooRecent])
  };
}

/** The finding about plans; at most twelve words. */
export function flowFinding(moves: FlowRow[]): string {
  const of = (from: string, to: string) => moves.filter((m) => m.from === from && m.to === to).reduce((n, m) => n + m.moves, 0);
  const up = of("cin_plan", "cp_plan");
  const down = of("cp_plan", "cin_plan");
  return inWords(up || down ? `${count(up)} stepped up to child protection, ${count(down)} down to child in need` : "No step between child in need and child protection");
}

function r(n: number): number {
  return Math.round(n * 10) / 10;
}
