import type { Graph } from "./graph.ts";

export function useEventPath(_event: string | undefined, _graph: Graph): ReadonlySet<string> | undefined {
  return undefined;
}
