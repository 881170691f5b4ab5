import type { ScenarioResult } from "../../api/schema.gen.ts";
import { Panel } from "../../parts/panel.tsx";
import { ConditionTree } from "../dag/condition-tree.tsx";

/** What has gathered when the clock stops, and what it still waits for. */
export function StillPending({ result: { pending, warnings } }: { readonly result: ScenarioResult }) {
  if (pending.length + warnings.length === 0) return null;
  return (
    <Panel title="What still waits at the end">
      {warnings.map(({ at, text }) => (
        <p key={`${at} ${text}`} className="mb-2 text-sm text-warn">
          {text}
        </p>
      ))}
      <ul className="grid gap-4 lg:grid-cols-2">
        {pending.map(({ dag, key, events, tree }) => (
          <li key={`${dag} ${key}`} className="min-w-0">
            <p className="mb-1 text-sm font-medium">
              {dag} {key === "" ? null : <span className="font-mono text-xs">{key}</span>}{" "}
              <span className="font-normal text-soft">with {events.length} pending</span>
            </p>
            <ConditionTree tree={tree} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
