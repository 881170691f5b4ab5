import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { Icon, type IconName } from "../../parts/icon.tsx";
import { useNow } from "../../parts/now.ts";
import { StatusMark } from "../../parts/status.tsx";
import { relativeText } from "../../parts/time-text.ts";
import { toneOf } from "../../parts/tone.ts";
import type { Direction } from "./direction.ts";
import type { GraphNode } from "./graph.ts";

export type FlowNode = Node<{ readonly node: GraphNode; readonly look: NodeLook; readonly direction: Direction }, "lineage">;
/** `chosen`, on the `path` that is highlighted, `faded` beside it, or `plain`. */
export type NodeLook = "plain" | "chosen" | "path" | "faded";

const ICONS: Readonly<Record<GraphNode["kind"], IconName>> = { asset: "asset", dag: "dag", watcher: "watcher", fold: "lineage" };
const LOOKS: Readonly<Record<NodeLook, string>> = {
  plain: "border-line-strong",
  chosen: "border-accent ring-2 ring-accent",
  path: "border-accent",
  faded: "border-line opacity-40",
};
const GROUNDS: Readonly<Record<string, string>> = { bad: "bg-bad-soft", warn: "bg-warn-soft", run: "bg-run-soft" };

/** One asset, DAG, watcher or fold in the graph: its state, its name, and one line that says how it is. */
export const NodeView = memo(function NodeView({ data: { node, look, direction } }: NodeProps<FlowNode>) {
  const tone = node.status === null ? "idle" : toneOf(node.status);
  return (
    <div
      className={`flex h-full items-center gap-2 border px-2.5 text-left ${node.kind === "asset" ? "rounded" : node.kind === "fold" ? "rounded border-dashed" : "rounded-xl"} ${GROUNDS[tone] ?? "bg-panel"} ${LOOKS[look]}`}
    >
      <Handle type="target" position={direction === "right" ? Position.Left : Position.Top} isConnectable={false} className="lineage-handle" />
      <Icon name={ICONS[node.kind]} className="size-4 text-soft" />
      <div className="lineage-text min-w-0 flex-1 leading-tight">
        <Name node={node} />
        <p className="truncate text-2xs text-soft">
          <Note node={node} />
        </p>
      </div>
      {node.pending === 0 ? null : (
        <span title={`${node.pending} pending`} className="rounded-sm bg-wait-soft px-1 font-mono text-2xs text-wait tabular-nums">
          {node.pending}
        </span>
      )}
      {node.status === null ? null : <StatusMark status={node.status} word={node.status} />}
      <Handle type="source" position={direction === "right" ? Position.Right : Position.Bottom} isConnectable={false} className="lineage-handle" />
    </div>
  );
});

function Name({ node }: { readonly node: GraphNode }) {
  if (node.kind !== "asset") return <p className="truncate text-sm font-medium">{node.id}</p>;
  const end = node.id.replace(/\/+$/, "").lastIndexOf("/") + 1;
  return <p className="truncate font-mono text-xs font-medium">{node.id.slice(end)}</p>;
}

/** What the node says of itself, or for an asset where it lies; and when it last changed. */
function Note({ node }: { readonly node: GraphNode }) {
  const age = useNow((now) => (node.at === null ? "" : relativeText(Date.parse(node.at), now)));
  const where = node.kind === "asset" ? shortPlace(node.id) : null;
  return [node.note ?? where, age].filter(Boolean).join(" · ");
}

function shortPlace(uri: string): string {
  const end = uri.replace(/\/+$/, "").lastIndexOf("/");
  return uri.slice(0, end);
}
