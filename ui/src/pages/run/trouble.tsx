import { Link } from "@tanstack/react-router";
import type { RunDetails } from "../../api/schema.gen.ts";

import { ErrorText } from "./attempts.tsx";
import type { TaskRow } from "./task-rows.ts";

/** So many tasks are named with what they said. */
const SHOWN = 3;

function failedTasks(rows: readonly TaskRow[]): readonly TaskRow[] {
  return rows.filter((row) => row.status === "failed" && row.attempts.length > 0);
}

/** Whether what a task said at last stands above its attempts. */
export function isTold({ status }: Pick<RunDetails, "status">, rows: readonly TaskRow[], task: string | undefined): boolean {
  return (
    status === "failed" &&
    failedTasks(rows)
      .slice(0, SHOWN)
      .some((row) => row.task === task)
  );
}

/** Why a run failed, before anything else: the tasks that failed by themselves, with what their last attempt said. */
export function Trouble({ details: { status, error }, rows }: { readonly details: RunDetails; readonly rows: readonly TaskRow[] }) {
  if (status !== "failed") return null;
  const failed = failedTasks(rows);
  return (
    <section aria-label="Why it failed" className="mb-4 rounded-lg border border-bad/40 bg-panel px-4 py-3 text-sm">
      {failed.length === 0 ? <ErrorText error={error ?? "It failed, and said nothing."} code={null} /> : null}
      {failed.slice(0, SHOWN).map(({ task, attempts }) => {
        const last = attempts.at(-1);
        return (
          <div key={task} className="py-1">
            <p>
              <Link
                to="."
                search={(before: object) => ({ ...before, task })}
                replace
                resetScroll={false}
                className="font-semibold hover:text-accent hover:underline"
              >
                {task}
              </Link>{" "}
              failed{attempts.length === 1 ? "" : `, the last time at attempt ${attempts.length}`}
            </p>
            <ErrorText error={last?.error ?? error ?? "It said nothing."} code={last?.code ?? null} />
          </div>
        );
      })}
      {failed.length > SHOWN ? <p className="pt-1 text-soft">and {failed.length - SHOWN} more tasks</p> : null}
    </section>
  );
}
