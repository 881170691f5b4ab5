import { useQuery } from "@tanstack/react-query";
import { v1 } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import type { Lineage } from "../../api/schema.gen.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { AssetLink, DagLink, WatcherLink } from "../../parts/names.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Status } from "../../parts/status.tsx";
import { toGraph } from "../lineage/answer.ts";
import { type GraphNode, keyOf } from "../lineage/graph.ts";

/** How a consumer takes the asset, in words; nothing for the usual way. */
const HOW: Readonly<Record<string, string>> = {
  keep: "kept, not used up",
  absent: "waits for its absence",
  unless: "cleared by it",
  end: "its end",
  freshness: "how fresh it is",
};

/** Who updates the asset, and who waits for it. */
export function Neighbours({ asset }: { readonly asset: string }) {
  const found = useQuery(read<Lineage>(["dags", "runs", "events"], v1`/lineage`, { asset, up: 1, down: 1 }));
  const self = keyOf("asset", asset);
  return (
    <Panel title="Producers and consumers">
      <Loaded query={found} rows={3}>
        {(answer) => {
          const { nodes, edges } = toGraph(answer);
          const byKey = new Map(nodes.map((node) => [node.key, node]));
          const side = (from: "from" | "to") =>
            edges.flatMap((edge) => {
              const node = edge[from === "from" ? "to" : "from"] === self ? byKey.get(edge[from]) : undefined;
              return node === undefined ? [] : [{ node, how: edge.how }];
            });
          return (
            <div className="grid gap-4">
              <Side title="Updated by" none="Nothing that is deployed: its events come from outside." found={side("from")} />
              <Side title="Read by" none="No DAG waits for it." found={side("to")} />
            </div>
          );
        }}
      </Loaded>
    </Panel>
  );
}

interface SideProps {
  readonly title: string;
  readonly none: string;
  readonly found: readonly { readonly node: GraphNode; readonly how: string }[];
}

function Side({ title, none, found }: SideProps) {
  return (
    <div>
      <h3 className="mb-1 text-xs font-medium text-soft">{title}</h3>
      {found.length === 0 ? <p className="text-sm text-soft">{none}</p> : null}
      <ul className="grid gap-1 text-sm">
        {found.map(({ node, how }) => (
          <li key={`${node.key} ${how}`} className="flex items-center gap-3">
            <span className="min-w-0 flex-1">
              <NodeLink node={node} />
              {HOW[how] === undefined ? null : <span className="ml-2 text-xs text-soft">{HOW[how]}</span>}
            </span>
            {node.status === null ? null : <Status status={node.status} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

function NodeLink({ node: { kind, id } }: { readonly node: GraphNode }) {
  if (kind === "watcher") return <WatcherLink watcher={id} />;
  return kind === "asset" ? <AssetLink asset={id} short /> : <DagLink dag={id} />;
}
