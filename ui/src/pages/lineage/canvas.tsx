import "@xyflow/react/dist/base.css";
import { Background, BackgroundVariant, Controls, type Edge, MarkerType, MiniMap, ReactFlow, useReactFlow, type Viewport } from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import { TONE_MARK, toneOf } from "../../parts/tone.ts";
import type { Direction } from "./direction.ts";
import { FarView } from "./far-view.tsx";
import type { Graph } from "./graph.ts";
import { type FlowNode, type NodeLook, NodeView } from "./node-view.tsx";
import { NODE_HEIGHT, NODE_WIDTH, type Positions } from "./positions.ts";

const NODE_TYPES = { lineage: NodeView };
/** A graph with more nodes is first shown where it can be read, and not as a whole. */
const WHOLE = 90;
/** Of a graph with more nodes only the outline is drawn when it is seen from so far away that no name can be read. */
const MANY = 150;
const FAR = 0.38;

interface CanvasProps {
  readonly graph: Graph;
  readonly positions: Positions;
  readonly direction: Direction;
  readonly chosen: string | undefined;
  /** Nodes that are highlighted; all others fade. Undefined: none fades. */
  readonly path: ReadonlySet<string> | undefined;
  /** Whether what is highlighted is brought into sight. */
  readonly isFramed: boolean;
  readonly onChoose: (key: string | undefined) => void;
}

/** The drawing. Only what is in sight is in the document, so that thousands of nodes stay fluid. */
export function Canvas({ graph, positions, direction, chosen, path, isFramed, onChoose }: CanvasProps) {
  const nodes = useMemo(
    () =>
      graph.nodes.flatMap((node): FlowNode[] => {
        const place = positions[node.key];
        if (place === undefined) return [];
        const look: NodeLook = node.key === chosen ? "chosen" : path === undefined ? "plain" : path.has(node.key) ? "path" : "faded";
        return [{ ...FIXED, id: node.key, position: { x: place[0], y: place[1] }, data: { node, look, direction }, ariaLabel: `${node.kind} ${node.id}` }];
      }),
    [graph, positions, direction, chosen, path],
  );
  const edges = useMemo(() => graph.edges.map((edge) => toFlowEdge(edge, path)), [graph, path]);
  const [isAway, setAway] = useState(false);
  const isFar = isAway && graph.nodes.length > MANY;
  return (
    <ReactFlow
      nodes={isFar ? NO_NODES : nodes}
      edges={isFar ? NO_EDGES : edges}
      onMove={(_, { zoom }) => setAway(zoom < FAR)}
      nodeTypes={NODE_TYPES}
      onlyRenderVisibleElements
      nodesDraggable={false}
      nodesConnectable={false}
      edgesFocusable={false}
      minZoom={0.06}
      maxZoom={1.6}
      onNodeClick={(_, { id }) => onChoose(id)}
      onPaneClick={() => onChoose(undefined)}
      fitView={graph.nodes.length <= WHOLE}
      fitViewOptions={{ padding: 0.08, maxZoom: 1 }}
      defaultViewport={startOf(graph, positions)}
      deleteKeyCode={null}
      selectionKeyCode={null}
      multiSelectionKeyCode={null}
    >
      {isFar ? <FarView graph={graph} positions={positions} direction={direction} path={path} onChoose={onChoose} /> : null}
      <Background variant={BackgroundVariant.Dots} gap={22} size={1} color="var(--color-line)" />
      <Controls showInteractive={false} position="bottom-left" />
      {graph.nodes.length <= 12 || isFar ? null : (
        <MiniMap className="max-sm:hidden" pannable zoomable nodeColor={miniColor} position="bottom-right" ariaLabel="The whole graph, small" />
      )}
      <Follow chosen={chosen} positions={positions} />
      {isFramed && path !== undefined ? <Frame path={path} /> : null}
    </ReactFlow>
  );
}

/** Where one begins to read a graph that is too large to be seen as a whole: at what failed, else at what runs, else at its first source. */
function startOf({ nodes, edges }: Graph, positions: Positions): Viewport {
  const made = new Set(edges.map(({ to }) => to));
  const first = nodes.find(({ status }) => status === "failed") ?? nodes.find(({ status }) => status === "running") ?? nodes.find(({ key }) => !made.has(key));
  const [x, y] = (first === undefined ? undefined : positions[first.key]) ?? [0, 0];
  return { x: 260 - x * START_ZOOM, y: 260 - y * START_ZOOM, zoom: START_ZOOM };
}

const START_ZOOM = 0.75;
const NO_NODES: FlowNode[] = [];
const NO_EDGES: Edge[] = [];
const FIXED = { type: "lineage", width: NODE_WIDTH, height: NODE_HEIGHT, measured: { width: NODE_WIDTH, height: NODE_HEIGHT } } as const;

/** Shows the chosen node, unless it is in sight: a link or a search may choose one far away. */
function Follow({ chosen, positions }: Pick<CanvasProps, "chosen" | "positions">) {
  const flow = useReactFlow();
  useEffect(() => {
    const place = chosen === undefined ? undefined : positions[chosen];
    if (place === undefined) return;
    const { x, y } = flow.flowToScreenPosition({ x: place[0] + NODE_WIDTH / 2, y: place[1] + NODE_HEIGHT / 2 });
    const seen = document.querySelector(".react-flow")?.getBoundingClientRect();
    const isSeen = seen !== undefined && x > seen.left + 40 && x < seen.right - 40 && y > seen.top + 30 && y < seen.bottom - 30;
    if (!isSeen) void flow.setCenter(place[0] + NODE_WIDTH / 2, place[1] + NODE_HEIGHT / 2, { zoom: Math.max(0.75, flow.getZoom()) });
  }, [chosen, positions, flow]);
  return null;
}

/** Shows all of a path, once, and again when it has grown. */
function Frame({ path }: { readonly path: ReadonlySet<string> }) {
  const flow = useReactFlow();
  const nodes = [...path].sort().join("\n");
  useEffect(() => {
    if (nodes !== "") void flow.fitView({ nodes: nodes.split("\n").map((id) => ({ id })), padding: 0.15, maxZoom: 1, duration: 200 });
  }, [nodes, flow]);
  return null;
}

function toFlowEdge({ from, to, how }: Graph["edges"][number], path: ReadonlySet<string> | undefined): Edge {
  const isOn = path === undefined ? null : path.has(from) && path.has(to);
  const color = isOn === true ? "var(--color-accent)" : "var(--color-line-strong)";
  return {
    id: `${from}\n${to}`,
    source: from,
    target: to,
    focusable: false,
    zIndex: isOn === true ? 1 : 0,
    markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14, color },
    style: {
      stroke: color,
      strokeWidth: isOn === true ? 1.8 : 1.2,
      ...(isOn === false ? { opacity: 0.35 } : {}),
      // Kept assets count but are not used up; `absent` and `unless` wait for nothing to come.
      ...(how === "on" || how === "outlet" || how === "watch" ? {} : { strokeDasharray: "5 4" }),
    },
  };
}

function miniColor({ data }: FlowNode): string {
  const tone = data.node.status === null ? "idle" : toneOf(data.node.status);
  return tone === "idle" || tone === "good" ? "var(--color-line-strong)" : `var(--color-${TONE_MARK[tone].slice(3)})`;
}
