import { Link } from "@tanstack/react-router";
import type { RunDetails } from "../../api/schema.gen.ts";

import { ErrorText } from "./attempts.tsx";
import type { TaskRow } from "./task-rows.ts";

/** Why a run failed, before anything else: the tasks that failed by themselves, with what their last attempt said. */
export function Trouble({ details: { status, error }, rows }: { readonly details: RunDetails; readonly rows: readonly TaskRow[] }) {
  if (status !== "failed") return null;
  const failed = rows.filter((row) => row.status === "failed" && row.attempts.length > 0);
  return (
    <section aria-label="Why it failed" className="mb-4 rounded-lg border border-bad/40 bg-panel px-4 py-3 text-sm">
      {failed.length === 0 ? <ErrorText error={error ?? "It failed, and said nothing."} code={null} /> : null}
      {failed.slice(0, 3).map(({ task, attempts }) => {
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
      {failed.length > 3 ? <p className="pt-1 text-soft">and {failed.length - 3} more tasks</p> : null}
    </section>
  );
}
