import type { Lineage, LineageNode } from "../store/queries/lineage.ts";
import type { Paint } from "./text/paint.ts";

type Place = Pick<LineageNode, "kind" | "id">;
type Graph = Pick<Lineage, "edges"> & { readonly nodes: readonly (Place & Partial<LineageNode>)[] };

/** The graph as trees that grow from the start; what stands in a tree already is not unfolded again. */
export function lineageText(start: Place, { edges }: Graph, direction: "up" | "down" | "both", paint: Paint): string {
  const trees = (direction === "both" ? (["up", "down"] as const) : [direction]).map((way) => {
    const next = new Map<string, Set<string>>();
    const places = new Map<string, Place>();
    for (const { from, to } of edges) {
      const [here, there] = way === "down" ? [from, to] : [to, from];
      for (const place of [here, there]) places.set(keyOf(place), place);
      next.set(keyOf(here), (next.get(keyOf(here)) ?? new Set()).add(keyOf(there)));
    }
    return treeLines(way, start, next, places, paint);
  });
  return trees.map((lines) => lines.join("\n")).join("\n\n");
}

function treeLines(
  way: "up" | "down",
  start: Place,
  next: ReadonlyMap<string, ReadonlySet<string>>,
  places: ReadonlyMap<string, Place>,
  paint: Paint,
): string[] {
  const title = way === "up" ? "is made from" : "is used for";
  const children = (key: string): readonly string[] => [...(next.get(key) ?? [])].sort();
  if (children(keyOf(start)).length === 0)
    return [`${paint.bold(start.id)} ${paint.dim(way === "up" ? "is made from nothing that is known" : "is used for nothing that is known")}`];
  const lines = [`${paint.bold(start.id)} ${paint.dim(title)}`];
  const unfolded = new Set([keyOf(start)]);

  function grow(key: string, indent: string): void {
    const below = children(key);
    for (const [at, child] of below.entries()) {
      const isLast = at === below.length - 1;
      const again = unfolded.has(child) && children(child).length > 0;
      lines.push(`${indent}${isLast ? "└─" : "├─"} ${placeText(places.get(child) as Place, paint)}${again ? paint.dim(" (see above)") : ""}`);
      if (again) continue;
      unfolded.add(child);
      grow(child, `${indent}${isLast ? "   " : "│  "}`);
    }
  }
  grow(keyOf(start), "");
  return lines;
}

function placeText({ kind, id }: Place, paint: Paint): string {
  return kind === "asset" ? id : `${paint.cyan(id)} ${paint.dim(kind)}`;
}

function keyOf({ kind, id }: Place): string {
  return `${kind} ${id}`;
}
