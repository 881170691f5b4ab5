import { v1 } from "../../api/client.ts";
import type { PlanTask } from "../../api/schema.gen.ts";
import { ActButton } from "../../parts/act-button.tsx";
import { ForOperators } from "../../parts/for-operators.tsx";
import { StatusMark } from "../../parts/status.tsx";
import { Time } from "../../parts/time.tsx";
import type { TaskRow } from "./task-rows.ts";

interface ApprovalsProps {
  readonly run: string;
  readonly planned: readonly PlanTask[];
  readonly rows: readonly TaskRow[];
}

/** Tasks that wait for a person: the run goes no further until somebody answers, so they stand before all others. */
export function Approvals({ run, planned, rows }: ApprovalsProps) {
  const asking = new Set(planned.filter(({ wait }) => wait?.for === "approval").map(({ id }) => id));
  // Before its turn it says nothing of why it waits.
  const waiting = rows.filter(({ task, status, why }) => asking.has(task) && (status === "running" || (status === "waiting" && why !== null)));
  return waiting.map(({ task, at }) => (
    <section
      key={task}
      aria-label={`Answer for ${task}`}
      className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-wait/40 bg-wait-soft px-4 py-3 text-sm"
    >
      <p className="flex min-w-0 flex-1 basis-56 items-center gap-2">
        <StatusMark status="waiting" />
        <span>
          <span className="font-semibold">{task}</span> waits for somebody to say whether it goes on
          {at === null ? null : (
            <span className="text-soft">
              , since <Time at={at} />
            </span>
          )}
        </span>
      </p>
      <ForOperators>
        <ActButton
          look="danger"
          label="Reject"
          title={`Reject ${task}`}
          about="The task fails, and what needs it does not run."
          act={{ path: v1`/runs/${run}/answer`, body: { task, approved: false } }}
        />
        <ActButton
          look="main"
          label="Approve"
          title={`Approve ${task}`}
          about="The run goes on."
          act={{ path: v1`/runs/${run}/answer`, body: { task, approved: true } }}
        />
      </ForOperators>
    </section>
  ));
}
