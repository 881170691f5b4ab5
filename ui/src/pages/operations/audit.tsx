import { useInfiniteQuery } from "@tanstack/react-query";
import { v1 } from "../../api/client.ts";
import { readPages } from "../../api/read.ts";
import { Empty } from "../../parts/empty.tsx";
import { DagLink } from "../../parts/names.tsx";
import { PagedTable } from "../../parts/paged-table.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Time } from "../../parts/time.tsx";
import type { Operation } from "./answer.ts";

/** What people did, as the end of a sentence that begins with their name. */
const DID: Readonly<Record<string, string>> = {
  hold: "held the registry",
  release: "let the registry go on",
  pause: "paused",
  resume: "resumed",
  clear: "cleared what was pending of",
  fire: "fired",
  redeliver: "gave events again to",
  restore: "restored the registry",
  import: "imported the registry",
  backfill: "asked for a backfill of",
  repair: "asked for a repair",
  cancel: "cancelled a backfill",
  mark: "marked a run as succeeded",
  start: "triggered",
  stop: "cancelled a run",
  rerun: "repeated a run",
  "sign-in": "signed in",
  "sign-out": "signed out",
  "pause-watcher": "paused a watcher",
  "resume-watcher": "resumed a watcher",
  "reset-watcher": "reset a watcher",
  redrive: "redrove a dead letter",
  drop: "dropped dead letters",
};

/** Who changed what, when and why: nothing in it is ever changed. */
export function Audit() {
  const operations = useInfiniteQuery(readPages<Operation>(["operations"], v1`/operations`));
  return (
    <Panel title="What people did" padded={false}>
      <PagedTable
        label="Operations"
        query={operations}
        rowKey={({ at, operation, dag, subject, key }) => [at, operation, dag, subject, key].join(" ")}
        columns={[
          { title: "When", cell: ({ at }) => <Time at={at} />, className: "w-28" },
          { title: "Who", cell: ({ by }) => by ?? <span className="text-soft">not said</span> },
          { title: "What", cell: (operation) => <Did operation={operation} /> },
          { title: "Events", align: "right", from: "md", cell: ({ events }) => (events === 0 ? null : events.toLocaleString("en-US")) },
          { title: "Why", from: "sm", cell: ({ why }) => why, className: "max-w-md" },
        ]}
        empty={<Empty title="Nobody changed anything yet">Pauses, triggers, reruns, resets and sign-ins are listed here.</Empty>}
      />
    </Panel>
  );
}

function Did({ operation: { operation, dag, key, subject, by, refused } }: { readonly operation: Operation }) {
  return (
    <span className="break-words">
      {DID[operation] ?? operation} {dag === null ? null : <DagLink dag={dag} />}
      {key === null || key === "" ? null : <span className="font-mono text-xs"> {key}</span>}
      {refused == null ? null : <span className="text-bad"> was refused: {refused}</span>}
      {subject == null || subject === dag || subject === by ? null : <span className="font-mono text-xs text-soft"> {subject}</span>}
    </span>
  );
}
