import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { v1 } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import type { Lineage } from "../../api/schema.gen.ts";
import { Button } from "../../parts/button.tsx";
import { Code, Empty } from "../../parts/empty.tsx";
import { ErrorPanel } from "../../parts/error-panel.tsx";
import { AssetText } from "../../parts/names.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { Skeleton } from "../../parts/skeleton.tsx";
import { toGraph } from "./answer.ts";
import { Canvas } from "./canvas.tsx";
import { ChosenNode } from "./chosen-node.tsx";
import { directionOf } from "./direction.ts";
import { useEventPath } from "./event-path.ts";
import { EventSteps } from "./event-steps.tsx";
import { firstFolds, foldGraph, foldsOf } from "./fold.ts";
import { FoldMenu } from "./fold-menu.tsx";
import { formOf, keyOf, reach } from "./graph.ts";
import { NodeSearch } from "./node-search.tsx";
import { rankedLayout } from "./ranked-layout.ts";

/** A graph with more nodes is first shown with its projects or groups folded. */
const LARGE = 300;
/** `folded=none` says that everything was unfolded by hand. */
const NONE = "none";

export function LineagePage() {
  const search = useSearch({ from: "/lineage" });
  const navigate = useNavigate({ from: "/lineage" });
  const start = search.asset ?? search.dag;
  const answer = useQuery(read<Lineage>(["assets", "dags", "runs", "events"], v1`/lineage`, pick(search)));
  const whole = useMemo(() => (answer.data === undefined ? undefined : toGraph(answer.data)), [answer.data]);
  const folds = useMemo(() => (whole === undefined ? [] : foldsOf(whole)), [whole]);
  const byDefault = whole !== undefined && whole.nodes.length > LARGE && start === undefined;
  const folded = search.folded === NONE ? [] : (search.folded?.split(",") ?? (byDefault ? firstFolds(folds) : []));
  const foldedText = folded.join(",");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text says all of the folds
  const graph = useMemo(() => (whole === undefined ? EMPTY : foldGraph(whole, folded)), [whole, foldedText]);
  const direction = useMemo(() => directionOf(graph, roomOf(window)), [graph]);
  const form = formOf(graph);
  // States change all the time, the form of the graph only with a deploy.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the form says all that the places need
  const positions = useMemo(() => rankedLayout(graph, direction, roomOf(window).width / roomOf(window).height), [form, direction]);
  const steps = useEventPath(search.event);
  const chosen = graph.nodes.find(({ key }) => key === search.node);
  const path = useMemo(() => {
    if (search.event !== undefined) return new Set(steps.data?.flatMap(({ node, watcher }) => (watcher === undefined ? [node] : [node, watcher])));
    return chosen === undefined ? undefined : new Set([...reach(graph.edges, chosen.key, "up"), ...reach(graph.edges, chosen.key, "down")]);
  }, [search.event, steps.data, chosen, graph]);

  const set = (next: Partial<typeof search>): void => void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const setFolded = (keys: readonly string[]): void => set({ folded: keys.length === 0 ? (byDefault ? NONE : undefined) : keys.join(","), node: undefined });
  const choose = (key: string | undefined): void => {
    if (key !== undefined && folded.includes(key)) setFolded(folded.filter((one) => one !== key));
    else set({ node: key });
  };

  return (
    <div className="flex h-[calc(100dvh-5rem)] min-h-96 flex-col md:h-[calc(100dvh-2.5rem)]">
      <PageHeader
        title={start === undefined ? "Lineage" : `Lineage of ${start}`}
        shown={start === undefined ? "Lineage" : <>Lineage of {search.asset === undefined ? start : <AssetText asset={start} />}</>}
        about={
          start === undefined ? "What is made from what: assets, the DAGs that read and update them, and the watchers that notice changes outside." : undefined
        }
        actions={
          <>
            <NodeSearch nodes={graph.nodes} onChoose={choose} />
            {folds.length === 0 ? null : <FoldMenu folds={folds} folded={folded} onFolded={setFolded} />}
            {start === undefined ? null : (
              <Button onClick={() => set({ asset: undefined, dag: undefined, up: undefined, down: undefined })}>Whole graph</Button>
            )}
          </>
        }
      />
      {answer.data?.more === true ? (
        <p className="mb-2 rounded bg-warn-soft px-3 py-1.5 text-sm text-warn">
          The whole graph is larger than what is shown. Open an asset or a DAG to see all of its lineage.
        </p>
      ) : null}
      <div className="relative min-h-0 flex-1 overflow-hidden rounded-lg border border-line bg-panel">
        {answer.error !== null && answer.data === undefined ? <ErrorPanel error={answer.error} onRetry={() => void answer.refetch()} /> : null}
        {whole !== undefined && whole.nodes.length === 0 ? (
          <Empty title="Nothing is deployed yet">
            <Code>headgate dev</Code> deploys the project on each save; <Code>headgate deploy</Code> does it once.
          </Empty>
        ) : whole === undefined ? (
          answer.error === null ? (
            <Skeleton />
          ) : null
        ) : (
          <Canvas
            key={`${start} ${direction}`}
            graph={graph}
            positions={positions}
            direction={direction}
            chosen={chosen?.key}
            path={path}
            isFramed={search.event !== undefined}
            onChoose={choose}
          />
        )}
        {search.event === undefined ? null : <EventSteps steps={steps} onClose={() => set({ event: undefined })} />}
        {chosen === undefined || search.event !== undefined ? null : (
          <ChosenNode
            node={chosen}
            edges={graph.edges}
            onOnly={(up, down) =>
              set({
                asset: undefined,
                dag: undefined,
                [chosen.kind]: chosen.id,
                up: up ? "20" : "0",
                down: down ? "20" : "0",
                node: keyOf(chosen.kind, chosen.id),
              })
            }
            onClose={() => choose(undefined)}
          />
        )}
      </div>
    </div>
  );
}

const EMPTY = { nodes: [], edges: [] };

/** What the drawing has of the window, beside the rail and below the header. */
function roomOf({ innerWidth, innerHeight }: Window): { readonly width: number; readonly height: number } {
  return innerWidth < 768 ? { width: innerWidth - 32, height: innerHeight - 220 } : { width: innerWidth - 260, height: innerHeight - 140 };
}

function pick({ asset, dag, up, down }: { asset?: string | undefined; dag?: string | undefined; up?: string | undefined; down?: string | undefined }) {
  return { asset, dag, up, down };
}
