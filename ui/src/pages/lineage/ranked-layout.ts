import { type Direction, ROOM } from "./direction.ts";
import type { Graph } from "./graph.ts";
import type { Positions } from "./positions.ts";

/** How often all layers are brought in line with their neighbours, down and up in turns. Further turns change next to nothing. */
const SWEEPS = 10;
/** Between parts of the graph that do not hang together. */
const GAP = 40;
/** What an edge takes where it passes a layer, as a share of a node's room. */
const LANE = 0.35;
/** Edges of a part that pass more layers than this in all are drawn straight through. */
const MOST_LANES = 20_000;

/** A part of the graph that hangs together: where its nodes are from its own corner. */
interface Part {
  readonly places: ReadonlyMap<number, { readonly layer: number; readonly across: number }>;
  readonly layers: number;
  readonly extent: number;
}

/**
 * The places of a graph's nodes, in some milliseconds: each node one layer behind the last that it comes of, and beside one another as near to
 * their neighbours as they can be without overlapping. An edge that passes layers has a lane in each, so that nodes stand out of its way.
 *
 * @param aspect - width by height of where it is shown
 */
export function rankedLayout(graph: Graph, direction: Direction, aspect = 1.6): Positions {
  const keys = [...new Set(graph.nodes.map(({ key }) => key))].sort();
  const linked = withoutCycles(keys, graph);
  const ranks = ranksOf(linked);
  const { layer: along, beside } = ROOM[direction];
  const parts = partsOf(linked).map((members) => placePart(members, ranks, linked, beside));
  const found: Record<string, readonly [number, number]> = {};
  for (const { part, x, y } of pack(parts, direction, along, aspect)) {
    for (const [node, { layer, across }] of part.places) {
      const [dx, dy] = direction === "right" ? [layer * along, across] : [across, layer * along];
      found[keys[node] ?? ""] = [Math.round(x + dx), Math.round(y + dy)];
    }
  }
  return found;
}

/** Neighbours of each node, both ways, each once. Nodes are numbers. */
interface Links {
  readonly up: number[][];
  readonly down: number[][];
}

/** The edges without those that lead back to where one came from. */
function withoutCycles(keys: readonly string[], { edges }: Graph): Links {
  const index = new Map(keys.map((key, at) => [key, at]));
  const all = keys.map(() => new Set<number>());
  for (const { from, to } of edges) {
    const [a, b] = [index.get(from), index.get(to)];
    if (a !== undefined && b !== undefined && a !== b) all[a]?.add(b);
  }
  const links: Links = { up: keys.map(() => []), down: keys.map(() => []) };
  /** 0 not seen, 1 on the way from the start to here, 2 done with. */
  const state = new Uint8Array(keys.length);
  const starts = keys.map((_, at) => at);
  const reached = new Set(all.flatMap((next) => [...next]));
  for (const start of [...starts.filter((at) => !reached.has(at)), ...starts]) {
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
        link(links, here.node, next);
        if (state[next] === 0) enter(next);
      }
    }
  }
  return links;
}

function link({ up, down }: Links, from: number, to: number): void {
  down[from]?.push(to);
  up[to]?.push(from);
}

/** The layer of each node: behind all that it comes of; what comes of nothing stands right before what it leads to. */
function ranksOf({ up, down }: Links): number[] {
  const ranks = up.map(() => 0);
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

function partsOf({ up, down }: Links): readonly (readonly number[])[] {
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

function placePart(members: readonly number[], ranks: readonly number[], links: Links, room: number): Part {
  const first = Math.min(...members.map((node) => ranks[node] ?? 0));
  const { layers, own, isLane } = withLanes(members, (node) => (ranks[node] ?? 0) - first, links);
  const across = new Map<number, number>();
  for (const layer of layers) for (const [at, node] of layer.entries()) across.set(node, (at - layer.length / 2) * room);
  const roomOf = (node: number): number => (isLane(node) ? room * LANE : room);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : layers.toReversed()) {
      // Near the end both sides count, so that neither end of an edge is bent for the other alone.
      const sides = sweep >= SWEEPS - 2 ? [own.up, own.down] : [isDown ? own.up : own.down];
      const wanted = wantedBy(layer, (node) => sides.flatMap((side) => side[node] ?? []), across);
      layer.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
      align(layer, wanted, across, roomOf);
    }
  }
  // Chains are made straight, in the order that was found.
  for (const layer of layers)
    align(
      layer,
      wantedBy(layer, (node) => own.up[node] ?? [], across),
      across,
      roomOf,
    );
  const from = Math.min(...members.map((node) => across.get(node) ?? 0));
  return {
    places: new Map(members.map((node) => [node, { layer: (ranks[node] ?? 0) - first, across: (across.get(node) ?? 0) - from }])),
    layers: layers.length,
    extent: Math.max(...members.map((node) => across.get(node) ?? 0)) - from,
  };
}

/** The layers of a part, in the order in which its nodes are reached, with a lane in each layer for every edge that passes it. */
function withLanes(members: readonly number[], layerOf: (node: number) => number, links: Links) {
  const layers: number[][] = Array.from({ length: Math.max(...members.map(layerOf)) + 1 }, () => []);
  const own: Links = { up: [], down: [] };
  const firstLane = links.up.length;
  let lanes = 0;
  for (const node of members) {
    layers[layerOf(node)]?.push(node);
    [own.up[node], own.down[node]] = [own.up[node] ?? [], own.down[node] ?? []];
    for (const next of links.down[node] ?? []) {
      own.up[next] ??= [];
      let before = node;
      for (let layer = layerOf(node) + 1; layer < layerOf(next) && lanes < MOST_LANES; layer += 1) {
        const lane = firstLane + lanes;
        lanes += 1;
        [own.up[lane], own.down[lane]] = [[], []];
        layers[layer]?.push(lane);
        link(own, before, lane);
        before = lane;
      }
      link(own, before, next);
    }
  }
  return { layers, own, isLane: (node: number): boolean => node >= firstLane };
}

/** In the middle of its neighbours each node would be best off; one without any stays where it is. */
function wantedBy(layer: readonly number[], neighbours: (node: number) => readonly number[], across: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  return new Map(layer.map((node) => [node, meanOf(neighbours(node), across) ?? across.get(node) ?? 0]));
}

/** Brings each node of a layer as near to where it is wanted as its order and the room of the others allow, by least squares. */
function align(layer: readonly number[], wanted: ReadonlyMap<number, number>, across: Map<number, number>, roomOf: (node: number) => number): void {
  // How far each stands from the first one if all stand close together.
  let reached = 0;
  const close = layer.map((node, at) => {
    if (at > 0) reached += (roomOf(node) + roomOf(layer[at - 1] ?? node)) / 2;
    return reached;
  });
  // Those that would overlap stand close together, around the mean of what they want.
  const blocks: { sum: number; count: number }[] = [];
  for (const [at, node] of layer.entries()) {
    const block = { sum: (wanted.get(node) ?? 0) - (close[at] ?? 0), count: 1 };
    for (let last = blocks.at(-1); last !== undefined && last.sum / last.count > block.sum / block.count; last = blocks.at(-1)) {
      blocks.pop();
      block.sum += last.sum;
      block.count += last.count;
    }
    blocks.push(block);
  }
  let at = 0;
  for (const { sum, count } of blocks) {
    for (const end = at + count; at < end; at += 1) across.set(layer[at] ?? 0, sum / count + (close[at] ?? 0));
  }
}

function meanOf(nodes: readonly number[], across: ReadonlyMap<number, number>): number | undefined {
  return nodes.length === 0 ? undefined : nodes.reduce((sum, node) => sum + (across.get(node) ?? 0), 0) / nodes.length;
}

/** The parts in rows, the largest first, together as broad as the window is by its height. */
function pack(
  parts: readonly Part[],
  direction: Direction,
  along: number,
  aspect: number,
): readonly { readonly part: Part; readonly x: number; readonly y: number }[] {
  const boxes = parts.map((part) => {
    const [a, b] = [part.layers * along, part.extent + ROOM[direction].beside];
    return { part, width: direction === "right" ? a : b, height: direction === "right" ? b : a };
  });
  const area = boxes.reduce((sum, { width, height }) => sum + (width + GAP) * (height + GAP), 0);
  const broad = Math.max(Math.sqrt(area * aspect), ...boxes.map(({ width }) => width));
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
