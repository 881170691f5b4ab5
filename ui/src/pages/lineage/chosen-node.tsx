import { Link } from "@tanstack/react-router";
import { Button, buttonLook } from "../../parts/button.tsx";
import { Icon } from "../../parts/icon.tsx";
import { AssetText } from "../../parts/names.tsx";
import { Status } from "../../parts/status.tsx";
import { Time } from "../../parts/time.tsx";
import { type GraphEdge, type GraphNode, reach } from "./graph.ts";

interface ChosenNodeProps {
  readonly node: GraphNode;
  readonly edges: readonly GraphEdge[];
  readonly onOnly: (up: boolean, down: boolean) => void;
  readonly onClose: () => void;
}

const KINDS = { asset: "Asset", dag: "DAG", watcher: "Watcher", fold: "Folded" } as const;

/** What is known of the chosen node, and where to go from it. */
export function ChosenNode({ node, edges, onOnly, onClose }: ChosenNodeProps) {
  const up = reach(edges, node.key, "up").size - 1;
  const down = reach(edges, node.key, "down").size - 1;
  const canFocus = node.kind === "asset" || node.kind === "dag";
  return (
    <aside
      aria-label={`${KINDS[node.kind]} ${node.id}`}
      className="absolute inset-x-2 bottom-2 z-10 rounded-lg border border-line bg-panel p-3 text-sm shadow-pop sm:inset-x-auto sm:top-3 sm:right-3 sm:bottom-auto sm:w-72"
    >
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <p className="text-xs text-soft">{KINDS[node.kind]}</p>
          <p className="font-medium break-words">{node.kind === "asset" ? <AssetText asset={node.id} /> : node.id}</p>
        </div>
        <button type="button" aria-label="Close" onClick={onClose} className="grid size-6 place-items-center rounded text-soft hover:bg-raised hover:text-ink">
          <Icon name="close" className="size-3.5" />
        </button>
      </div>
      <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5 text-xs">
        <Row name="State" value={node.status === null ? null : <Status status={node.status} />} />
        <Row name="Says" value={node.note} />
        <Row name={node.kind === "dag" ? "Last run" : "Last event"} value={node.at === null ? null : <Time at={node.at} />} />
        <Row name="Pending" value={node.pending === 0 ? null : `${node.pending} events`} />
        <Row name="Project" value={node.project} />
        <Row name="Upstream" value={<Reach count={up} word="upstream" onOnly={canFocus ? () => onOnly(true, false) : undefined} />} />
        <Row name="Downstream" value={<Reach count={down} word="downstream" onOnly={canFocus ? () => onOnly(false, true) : undefined} />} />
      </dl>
      <div className="mt-3 flex flex-wrap gap-1.5">
        {node.kind === "asset" ? (
          <Link to="/assets/$asset" params={{ asset: node.id }} className={buttonLook("main")}>
            Open asset
          </Link>
        ) : node.kind === "dag" ? (
          <Link to="/dags/$dag" params={{ dag: node.id }} className={buttonLook("main")}>
            Open DAG
          </Link>
        ) : node.kind === "watcher" ? (
          <Link to="/watchers/$watcher" params={{ watcher: node.id }} className={buttonLook("main")}>
            Open watcher
          </Link>
        ) : null}
        {canFocus && up + down > 0 ? (
          <Button onClick={() => onOnly(true, true)} title="Show only what is upstream and downstream of it">
            Only its lineage
          </Button>
        ) : null}
      </div>
    </aside>
  );
}

function Row({ name, value }: { readonly name: string; readonly value: React.ReactNode }) {
  if (value === null || value === undefined) return null;
  return (
    <>
      <dt className="text-soft">{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

function Reach({ count, word, onOnly }: { readonly count: number; readonly word: string; readonly onOnly: (() => void) | undefined }) {
  return (
    <>
      {count}
      {count === 0 || onOnly === undefined ? null : (
        <button type="button" className="ml-2 text-accent hover:underline" onClick={onOnly} aria-label={`Show only what is ${word}`}>
          only these
        </button>
      )}
    </>
  );
}
