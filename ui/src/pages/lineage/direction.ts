import { type Graph, neighbours } from "./graph.ts";

/** Along which way the data is drawn. */
export type Direction = "right" | "down";

/** What a node with the room around it takes, by direction: between two layers, and beside another one of its layer. */
export const ROOM = { right: { layer: 300, beside: 60 }, down: { layer: 92, beside: 250 } } as const;

/**
 * The direction in which a graph is seen larger in a window of this size: a long chain runs down, since nodes are wide and low; a broad graph
 * runs to the right.
 */
export function directionOf(graph: Graph, window: { readonly width: number; readonly height: number }): Direction {
  const { layers, breadth } = extentOf(graph);
  const right = Math.min(window.width / (layers * ROOM.right.layer), window.height / (breadth * ROOM.right.beside));
  const down = Math.min(window.width / (breadth * ROOM.down.beside), window.height / (layers * ROOM.down.layer));
  return right >= Math.min(1, down) ? "right" : "down";
}

/** How many layers a graph has, and how many nodes its fullest one. What is in a cycle counts as one layer more. */
function extentOf({ nodes, edges }: Graph): { readonly layers: number; readonly breadth: number } {
  const next = neighbours(edges, "down");
  const open = new Map(nodes.map(({ key }) => [key, 0]));
  for (const { to } of edges) open.set(to, (open.get(to) ?? 0) + 1);
  let front = nodes.filter(({ key }) => open.get(key) === 0).map(({ key }) => key);
  let layers = 0;
  let breadth = 1;
  let seen = 0;
  while (front.length > 0) {
    layers += 1;
    breadth = Math.max(breadth, front.length);
    seen += front.length;
    const then: string[] = [];
    for (const key of front) {
      for (const other of next.get(key) ?? []) {
        const left = (open.get(other) ?? 0) - 1;
        open.set(other, left);
        if (left === 0) then.push(other);
      }
    }
    front = then;
  }
  return { layers: Math.max(1, layers + (seen < nodes.length ? 1 : 0)), breadth };
}
