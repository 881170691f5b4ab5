import type { Lineage, LineageNode } from "../store/queries/lineage.ts";

type Place = Pick<LineageNode, "kind" | "id">;
type Graph = Pick<Lineage, "edges"> & { readonly nodes: readonly (Place & Partial<LineageNode>)[] };

/** A Mermaid flowchart: assets as cylinders, DAGs as boxes, watchers as stadiums; the start is drawn thick. */
export function lineageMermaid(start: Place, { nodes, edges }: Graph): string {
  const names = new Map(nodes.map((node, at) => [keyOf(node), `${node.kind[0]}${at}`]));
  const nameOf = (place: Place): string => names.get(keyOf(place)) ?? "";
  const arrows = new Set(
    edges
      .filter(({ from, to }) => names.has(keyOf(from)) && names.has(keyOf(to)))
      .map(({ from, to, how }) => `  ${nameOf(from)} ${how === "keep" || how === "absent" || how === "unless" ? `-. ${how} .->` : "-->"} ${nameOf(to)}`),
  );
  return ["flowchart LR", ...nodes.map((node) => `  ${nameOf(node)}${shape(node)}`), ...arrows, `  style ${nameOf(start)} stroke-width:3px`].join("\n");
}

function shape({ kind, id }: Place): string {
  const label = `"${id.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;")}"`;
  if (kind === "asset") return `[(${label})]`;
  return kind === "dag" ? `[${label}]` : `([${label}])`;
}

function keyOf({ kind, id }: Place): string {
  return `${kind} ${id}`;
}
