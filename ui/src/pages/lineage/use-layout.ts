import { useEffect, useState } from "react";
import type { Direction } from "./direction.ts";
import { formOf, type Graph } from "./graph.ts";
import { knownLayout, layoutOf } from "./layout.ts";
import type { Positions } from "./positions.ts";

interface Laid {
  readonly form: string;
  readonly positions: Positions;
}

/** The places of a graph's nodes; undefined until the first drawing is worked out. While a new one is, the former places hold. */
export function useLayout(graph: Graph, direction: Direction): { readonly positions: Positions | undefined; readonly error: unknown } {
  const form = `${direction} ${formOf(graph)}`;
  const [laid, setLaid] = useState<Laid>();
  const [error, setError] = useState<unknown>();
  const now = knownLayout(graph, direction);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the form says all of a graph that its layout needs
  useEffect(() => {
    let isWanted = true;
    layoutOf(graph, direction).then(
      (positions) => isWanted && setLaid({ form, positions }),
      (cause: unknown) => isWanted && setError(cause),
    );
    return () => {
      isWanted = false;
    };
  }, [form]);
  return { positions: now ?? laid?.positions, error };
}
