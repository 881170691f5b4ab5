import { type Direction, ROOM } from "./direction.ts";
import type { Graph } from "./graph.ts";
import type { Positions } from "./positions.ts";

/** How often each layer is brought in line with its neighbours, once each way. Further turns change next to nothing. */
const SWEEPS = 6;
/** Between parts of the graph that do not hang together. */
const GAP = 40;
const ASPECT = 1.6;

/** A part of the graph that hangs together: where its nodes are from its own corner. */
interface Part {
  readonly places: ReadonlyMap<number, { readonly layer: number; readonly across: number }>;
  readonly layers: number;
  readonly extent: number;
}

/**
 * The places of a large graph's nodes, in some milliseconds: each node one layer behind the last that it comes of, and beside one another as
 * near to their neighbours as they can be without overlapping. Crossings are few where neighbours lie alike; they are not counted.
 */
export function rankedLayout(graph: Graph, direction: Direction): Positions {
  const keys = [...new Set(graph.nodes.map(({ key }) => key))].sort();
  const { up, down } = withoutCycles(keys, graph);
  const ranks = ranksOf(up, down);
  const { layer: along, beside } = ROOM[direction];
  const parts = partsOf(up, down).map((members) => placePart(members, ranks, up, down, beside));
  const found: Record<string, readonly [number, number]> = {};
  for (const { part, x, y } of pack(parts, direction, along)) {
    for (const [node, { layer, across }] of part.places) {
      const [dx, dy] = direction === "right" ? [layer * along, across] : [across, layer * along];
      found[keys[node] ?? ""] = [Math.round(x + dx), Math.round(y + dy)];
    }
  }
  return found;
}

type Neighbours = readonly (readonly number[])[];

/** Neighbours both ways, each once, without the edges that would lead back to where one came from. */
function withoutCycles(keys: readonly string[], { edges }: Graph): { readonly up: Neighbours; readonly down: Neighbours } {
  const index = new Map(keys.map((key, at) => [key, at]));
  const all = keys.map(() => new Set<number>());
  for (const { from, to } of edges) {
    const [a, b] = [index.get(from), index.get(to)];
    if (a !== undefined && b !== undefined && a !== b) all[a]?.add(b);
  }
  const up: number[][] = keys.map(() => []);
  const down: number[][] = keys.map(() => []);
  /** 0 not seen, 1 on the way from the start to here, 2 done with. */
  const state = new Uint8Array(keys.length);
  const starts = keys.map((_, at) => at);
  const hasUp = new Set(all.flatMap((next) => [...next]));
  for (const start of [...starts.filter((at) => !hasUp.has(at)), ...starts]) {
    if (state[start] !== 0) continue;
    const way: { readonly node: number; readonly rest: Iterator<number> }[] = [];
    const enter = (node: number): void => {
      state[node] = 1;
      way.push({ node, rest: (all[node] ?? new Set()).values() });
    };
    enter(start);
    for (let here = way.at(-1); here !== undefined; here = way.at(-1)) {
      const { value: next, done } = here.rest.next();
      if (done === true) {
        state[here.node] = 2;
        way.pop();
      } else if (state[next] !== 1) {
        down[here.node]?.push(next);
        up[next]?.push(here.node);
        if (state[next] === 0) enter(next);
      }
    }
  }
  return { up, down };
}

/** The layer of each node: behind all that it comes of; what comes of nothing stands right before what it leads to. */
function ranksOf(up: Neighbours, down: Neighbours): Int32Array {
  const ranks = new Int32Array(up.length);
  const open = up.map((from) => from.length);
  const queue = open.flatMap((count, node) => (count === 0 ? [node] : []));
  for (let at = 0; at < queue.length; at += 1) {
    const node = queue[at] ?? 0;
    for (const next of down[node] ?? []) {
      ranks[next] = Math.max(ranks[next] ?? 0, (ranks[node] ?? 0) + 1);
      open[next] = (open[next] ?? 0) - 1;
      if (open[next] === 0) queue.push(next);
    }
  }
  for (const [node, from] of up.entries()) {
    const next = down[node] ?? [];
    if (from.length === 0 && next.length > 0) ranks[node] = Math.min(...next.map((other) => ranks[other] ?? 0)) - 1;
  }
  return ranks;
}

function partsOf(up: Neighbours, down: Neighbours): readonly (readonly number[])[] {
  const seen = new Uint8Array(up.length);
  const parts: number[][] = [];
  for (let start = 0; start < up.length; start += 1) {
    if (seen[start] === 1) continue;
    seen[start] = 1;
    const part = [start];
    for (let at = 0; at < part.length; at += 1) {
      const node = part[at] ?? 0;
      for (const other of [...(up[node] ?? []), ...(down[node] ?? [])]) {
        if (seen[other] === 1) continue;
        seen[other] = 1;
        part.push(other);
      }
    }
    parts.push(part);
  }
  return parts;
}

function placePart(members: readonly number[], ranks: Int32Array, up: Neighbours, down: Neighbours, room: number): Part {
  const first = Math.min(...members.map((node) => ranks[node] ?? 0));
  const last = Math.max(...members.map((node) => ranks[node] ?? 0));
  const layers: number[][] = Array.from({ length: last - first + 1 }, () => []);
  // In the order in which they were reached, neighbours lie near to one another from the start.
  for (const node of members) layers[(ranks[node] ?? 0) - first]?.push(node);
  const across = new Map<number, number>();
  for (const layer of layers) for (const [at, node] of layer.entries()) across.set(node, (at - layer.length / 2) * room);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : layers.toReversed()) align(layer, isDown ? up : down, across, room);
  }
  const from = Math.min(...across.values());
  return {
    places: new Map(members.map((node) => [node, { layer: (ranks[node] ?? 0) - first, across: (across.get(node) ?? 0) - from }])),
    layers: layers.length,
    extent: Math.max(...across.values()) - from,
  };
}

/** Brings a layer as near to its neighbours on one side as can be, in the order in which these lie: least squares with a least distance. */
function align(layer: number[], neighbours: Neighbours, across: Map<number, number>, room: number): void {
  const wanted = new Map(layer.map((node) => [node, meanOf(neighbours[node] ?? [], across) ?? across.get(node) ?? 0]));
  layer.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
  // Those that would overlap stand together around the mean of what they want.
  const blocks: { sum: number; readonly nodes: number[] }[] = [];
  for (const [at, node] of layer.entries()) {
    let block = { sum: (wanted.get(node) ?? 0) - at * room, nodes: [node] };
    for (let last = blocks.at(-1); last !== undefined && last.sum / last.nodes.length > block.sum / block.nodes.length; last = blocks.at(-1)) {
      blocks.pop();
      block = { sum: last.sum + block.sum, nodes: [...last.nodes, ...block.nodes] };
    }
    blocks.push(block);
  }
  let at = 0;
  for (const { sum, nodes } of blocks) {
    for (const node of nodes) {
      across.set(node, sum / nodes.length + at * room);
      at += 1;
    }
  }
}

function meanOf(nodes: readonly number[], across: ReadonlyMap<number, number>): number | undefined {
  return nodes.length === 0 ? undefined : nodes.reduce((sum, node) => sum + (across.get(node) ?? 0), 0) / nodes.length;
}

/** The parts in rows, the largest first, as broad together as a screen. */
function pack(parts: readonly Part[], direction: Direction, along: number): readonly { readonly part: Part; readonly x: number; readonly y: number }[] {
  const boxes = parts.map((part) => {
    const [a, b] = [part.layers * along, part.extent + ROOM[direction].beside];
    return { part, width: direction === "right" ? a : b, height: direction === "right" ? b : a };
  });
  const area = boxes.reduce((sum, { width, height }) => sum + (width + GAP) * (height + GAP), 0);
  const broad = Math.max(Math.sqrt(area * ASPECT), ...boxes.map(({ width }) => width));
  let [x, y, row] = [0, 0, 0];
  return boxes
    .toSorted((a, b) => b.part.places.size - a.part.places.size || b.height - a.height)
    .map(({ part, width, height }) => {
      if (x > 0 && x + width > broad) [x, y, row] = [0, y + row + GAP, 0];
      const place = { part, x, y };
      [x, row] = [x + width + GAP, Math.max(row, height)];
      return place;
    });
}
