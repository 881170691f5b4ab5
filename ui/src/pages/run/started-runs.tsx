import type { RunDetails } from "../../api/schema.gen.ts";
import { RunLink } from "../../parts/names.tsx";
import { Panel } from "../../parts/panel.tsx";
import { StatusMark } from "../../parts/status.tsx";
import { Time } from "../../parts/time.tsx";

/** The runs that came of a run: those that took what it published, and those that repeat it. */
export function StartedRuns({ started, reruns }: Pick<RunDetails, "started" | "reruns">) {
  if (started.length + reruns.length === 0) return null;
  return (
    <Panel title="What it started" aside={started.length === 0 ? undefined : started.length} padded={false}>
      <ul className="divide-y divide-line text-sm">
        {started.map(({ run, status, startedAt }) => (
          <li key={run} className="flex items-center gap-2 px-4 py-2">
            <StatusMark status={status} word={status} />
            <RunLink run={run} />
            <span className="ml-auto shrink-0 text-xs text-soft">
              <Time at={startedAt} />
            </span>
          </li>
        ))}
        {reruns.map((run) => (
          <li key={run} className="flex items-center gap-2 px-4 py-2">
            <span className="text-xs text-soft">repeated by</span>
            <RunLink run={run} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
