import type { AnyLeaf } from "../core/authoring/leaf.ts";
import type { AssetDefinition, DagDefinition } from "../core/definition.ts";
import { HeadgateError } from "../core/errors.ts";
import { catalogOf, type Definitions } from "./definitions.ts";
import { dagNode, type LineageGraph, lineageGraph, pathsFrom, reversed, shortestPath } from "./lineage-graph.ts";

/** The way of the data from an asset on. */
export interface LineageFrom {
  /** The way must go through these, in this order; what lies between them does not matter. */
  through(...steps: readonly (AnyLeaf | DagDefinition)[]): LineageFrom;
  /**
   * Checks that the data gets there, and returns the shortest way: URIs, and `dag <id>` between them.
   * Throws `E_EXPECTED`, which shows the ways that there are.
   */
  to(asset: AnyLeaf): readonly string[];
}

/**
 * Checks where the data goes: from an asset through the DAGs that take its events to what they publish, and on.
 *
 * @example
 * import * as orders from "../dags/orders.ts";
 *
 * it("raw orders end in the mart, cleaned", () => {
 *   expectLineage(orders).from(orders.raw).through(orders.clean).to(orders.mart);
 * });
 */
export function expectLineage(definitions: Definitions): { from(asset: AnyLeaf): LineageFrom } {
  const graph = lineageGraph(catalogOf(definitions, "expectLineage").catalog);
  return { from: (asset) => from(graph, nodeOf(asset), []) };
}

function from(graph: LineageGraph, start: string, steps: readonly string[]): LineageFrom {
  return {
    through: (...more) => from(graph, start, [...steps, ...more.map(nodeOf)]),
    to: (asset) => {
      const stops = [start, ...steps, nodeOf(asset)];
      const path = [start];
      for (const [index, stop] of stops.entries()) {
        const part = index === 0 ? [] : shortestPath(graph, stops[index - 1] ?? "", stop);
        if (part === undefined) throw noWay(graph, stops);
        path.push(...part.slice(1));
      }
      return path;
    },
  };
}

function noWay(graph: LineageGraph, stops: readonly string[]): HeadgateError {
  const [start = "", end = ""] = [stops[0], stops.at(-1)];
  const through = stops.length === 2 ? "" : ` through ${stops.slice(1, -1).join(", ")}`;
  const unknown = stops.find((stop) => !graph.has(stop));
  const direct = unknown === undefined ? pathsFrom(graph, start, end) : undefined;
  const shown =
    unknown !== undefined
      ? [`nothing of what the test looks at names ${unknown}; it has`, ...[...graph.keys()].sort().map((node) => `  ${node}`)]
      : direct !== undefined && direct.paths.length > 0
        ? ["the ways are", ...lines(direct, false)]
        : [`from ${start} it goes`, ...lines(pathsFrom(graph, start), false), `to ${end} comes`, ...lines(pathsFrom(reversed(graph), end), true)];
  return new HeadgateError("E_EXPECTED", [`no way from ${start}${through} to ${end}`, ...shown].join("\n"), {
    where: "expectLineage",
    hint: "a DAG leads from the assets of its `on` to its outlets and those of its tasks",
  });
}

function lines({ paths, more }: ReturnType<typeof pathsFrom>, backwards: boolean): readonly string[] {
  const texts = paths.map((path) => (path.length === 1 ? (backwards ? "nothing" : "nowhere") : (backwards ? path.toReversed() : path).join(" -> ")));
  return [...texts, ...(more ? ["..."] : [])].map((text) => `  ${text}`);
}

function nodeOf(step: AnyLeaf | DagDefinition): string {
  const definition = step as unknown as AssetDefinition | DagDefinition;
  return definition.kind === "dag" ? dagNode(definition.id) : definition.uri;
}
