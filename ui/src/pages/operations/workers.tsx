import { useQuery } from "@tanstack/react-query";
import { v1 } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Status } from "../../parts/status.tsx";

/** A task queue with those that take work from it. */
interface Queue {
  readonly queue: string;
  /** Whose it is; null for the queue of the registry and the watchers. */
  readonly project: string | null;
  readonly workers: readonly string[];
}

/** Who takes work from which queue. A queue without workers is why a run stays queued. */
export function Workers() {
  const queues = useQuery(read<{ readonly items: readonly Queue[] }>([], v1`/workers`));
  return (
    <Panel title="Workers" padded={false}>
      <Loaded query={queues} rows={2}>
        {({ items }) => (
          <DataTable<Queue>
            label="Task queues"
            rows={items}
            rowKey={({ queue }) => queue}
            columns={[
              { title: "Task queue", cell: ({ queue }) => <span className="font-mono text-xs">{queue}</span> },
              { title: "For", cell: ({ project }) => project ?? <span className="text-soft">registry and watchers</span> },
              {
                title: "Workers",
                cell: ({ workers }) => (workers.length === 0 ? <Status status="stopped" text="none: nothing of it runs" /> : <Names workers={workers} />),
              },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  );
}

function Names({ workers }: { readonly workers: readonly string[] }) {
  return (
    <span title={workers.join("\n")}>
      {workers.length} <span className="font-mono text-xs break-all text-soft">{workers.slice(0, 3).join(", ")}</span>
    </span>
  );
}
