import { useReactFlow, ViewportPortal } from "@xyflow/react";
import { memo, useMemo } from "react";
import { type Tone, toneOf } from "../../parts/tone.ts";
import type { Direction } from "./direction.ts";
import type { Graph } from "./graph.ts";
import { NODE_HEIGHT, NODE_WIDTH, type Positions } from "./positions.ts";

interface FarViewProps {
  readonly graph: Graph;
  readonly positions: Positions;
  readonly direction: Direction;
  readonly path: ReadonlySet<string> | undefined;
  readonly onChoose: (key: string) => void;
}

/** What a node is filled with; those in no need of a look are grey. */
type Fill = "plain" | "path" | Exclude<Tone, "good" | "idle" | "wait">;
const FILLS: Readonly<Record<Fill, string>> = {
  plain: "var(--color-line-strong)",
  path: "var(--color-accent)",
  run: "var(--color-run)",
  warn: "var(--color-warn)",
  bad: "var(--color-bad)",
};

/**
 * A large graph from far away: one outline for each colour and one for the edges, in place of thousands of elements. A click goes near to what
 * lies there.
 */
export const FarView = memo(function FarView({ graph, positions, direction, path, onChoose }: FarViewProps) {
  const flow = useReactFlow();
  const outlines = useMemo(() => outlinesOf(graph, positions, path), [graph, positions, path]);
  const edges = useMemo(() => edgesOf(graph, positions, direction), [graph, positions, direction]);

  function goNear(event: React.MouseEvent): void {
    const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    void flow.setCenter(x, y, { zoom: 0.8, duration: 250 });
    const there = graph.nodes.find(({ key }) => {
      const [left, top] = positions[key] ?? [Number.POSITIVE_INFINITY, 0];
      return x >= left && x <= left + NODE_WIDTH && y >= top && y <= top + NODE_HEIGHT;
    });
    if (there !== undefined) onChoose(there.key);
  }

  return (
    <ViewportPortal>
      {/* A short cut for the pointer: the search and the keys of the graph lead there too. */}
      <svg width="1" height="1" className="pointer-events-auto absolute top-0 left-0 cursor-zoom-in overflow-visible" onClick={goNear} aria-hidden="true">
        <path d={edges} fill="none" stroke="var(--color-line-strong)" strokeWidth="3" opacity={path === undefined ? 0.6 : 0.25} />
        {[...outlines].map(([fill, d]) => (
          <path key={fill} d={d} fill={FILLS[fill]} opacity={path === undefined || fill === "path" ? 1 : 0.35} />
        ))}
      </svg>
    </ViewportPortal>
  );
});

function outlinesOf({ nodes }: Graph, positions: Positions, path: ReadonlySet<string> | undefined): ReadonlyMap<Fill, string> {
  const found = new Map<Fill, string[]>();
  for (const { key, status } of nodes) {
    const place = positions[key];
    if (place === undefined) continue;
    const tone = status === null ? "idle" : toneOf(status);
    const fill = path?.has(key) === true ? "path" : tone === "good" || tone === "idle" || tone === "wait" ? "plain" : tone;
    const outline = `M${place[0]} ${place[1]}h${NODE_WIDTH}v${NODE_HEIGHT}h${-NODE_WIDTH}z`;
    const known = found.get(fill);
    if (known === undefined) found.set(fill, [outline]);
    else known.push(outline);
  }
  return new Map([...found].map(([fill, outlines]) => [fill, outlines.join("")]));
}

/** Where an edge leaves a node, and where it enters one, from the node's corner. */
const ENDS = {
  right: { out: [NODE_WIDTH, NODE_HEIGHT / 2], into: [0, NODE_HEIGHT / 2] },
  down: { out: [NODE_WIDTH / 2, NODE_HEIGHT], into: [NODE_WIDTH / 2, 0] },
} as const;

function edgesOf({ edges }: Graph, positions: Positions, direction: Direction): string {
  const { out, into } = ENDS[direction];
  return edges
    .flatMap(({ from, to }) => {
      const [a, b] = [positions[from], positions[to]];
      return a === undefined || b === undefined ? [] : [`M${a[0] + out[0]} ${a[1] + out[1]}L${b[0] + into[0]} ${b[1] + into[1]}`];
    })
    .join("");
}
