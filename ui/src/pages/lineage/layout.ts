import ELK, { type ElkNode } from "elkjs/lib/elk-api.js";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";
import type { Direction } from "./direction.ts";
import { formOf, type Graph } from "./graph.ts";
import { NODE_HEIGHT, NODE_WIDTH, type Positions } from "./positions.ts";
import { rankedLayout } from "./ranked-layout.ts";

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.spacing.nodeNode": "14",
  "elk.spacing.componentComponent": "40",
  "elk.layered.spacing.edgeNodeBetweenLayers": "16",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "4",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  // Only the places of nodes are taken over: the edges are drawn as curves.
  "elk.edgeRouting": "POLYLINE",
  "elk.aspectRatio": "1.6",
};
const ALONG = {
  right: { "elk.direction": "RIGHT", "elk.layered.spacing.nodeNodeBetweenLayers": "64" },
  down: { "elk.direction": "DOWN", "elk.layered.spacing.nodeNodeBetweenLayers": "42" },
};
/** A graph with more nodes is placed at once by ranks: what makes a small drawing pretty would take seconds, and a person sees a part of it. */
const MANY = 400;

const known = new Map<string, Positions>();
let elk: InstanceType<typeof ELK> | undefined;

/**
 * The places of a graph's nodes along the data. Those of a graph that is seen as a whole are worked out in a worker, once for each form of a
 * graph, and kept by the browser for the next visit: states change all the time, the form only with a deploy.
 */
export async function layoutOf(graph: Graph, direction: Direction): Promise<Positions> {
  const form = nameOf(graph, direction);
  const before = known.get(form) ?? (graph.nodes.length > MANY ? rankedLayout(graph, direction) : stored(form));
  if (before !== undefined) return keep(form, before);
  elk ??= new ELK({ workerUrl });
  const laid = await elk.layout(toElk(graph, direction));
  const found = Object.fromEntries((laid.children ?? []).map(({ id, x = 0, y = 0 }) => [id, [Math.round(x), Math.round(y)] as const]));
  store(form, found);
  return keep(form, found);
}

function keep(form: string, positions: Positions): Positions {
  known.set(form, positions);
  return positions;
}

/** The same at once, if this form was laid out before. */
export function knownLayout(graph: Graph, direction: Direction): Positions | undefined {
  return known.get(nameOf(graph, direction));
}

function nameOf(graph: Graph, direction: Direction): string {
  return `${direction}-${formOf(graph)}`;
}

function toElk({ nodes, edges }: Graph, direction: Direction): ElkNode {
  const there = new Set(nodes.map(({ key }) => key));
  return {
    id: "root",
    layoutOptions: { ...OPTIONS, ...ALONG[direction] },
    children: [...there].sort().map((id) => ({ id, width: NODE_WIDTH, height: NODE_HEIGHT })),
    edges: edges.filter(({ from, to }) => there.has(from) && there.has(to)).map(({ from, to }, index) => ({ id: `e${index}`, sources: [from], targets: [to] })),
  };
}

const PREFIX = "headgate.layout.";
/** How many drawings the browser keeps. */
const KEPT = 6;

function stored(form: string): Positions | undefined {
  try {
    const text = localStorage.getItem(PREFIX + form);
    return text === null ? undefined : (JSON.parse(text) as Positions);
  } catch {
    return undefined;
  }
}

function store(form: string, positions: Positions): void {
  try {
    const old = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    for (const key of old.slice(0, Math.max(0, old.length - KEPT + 1))) localStorage.removeItem(key);
    localStorage.setItem(PREFIX + form, JSON.stringify(positions));
  } catch {
    // Storage may be full or blocked: it is worked out again on the next visit.
  }
}
