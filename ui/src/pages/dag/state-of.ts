import type { Dag } from "../../api/schema.gen.ts";

/** How a DAG is, in one word or two: what asks for a look comes first. */
export function stateOf({ faulted, paused, running, pending = 0, failedRuns = 0 }: Dag): { readonly status: string; readonly text: string } {
  if (faulted !== null) return { status: "faulted", text: "quarantined" };
  if (paused !== null) return { status: "paused", text: "paused" };
  if (running > 0) return { status: "running", text: `${running} running` };
  if (failedRuns > 0) return { status: "failed", text: `${failedRuns} failed` };
  if (pending > 0) return { status: "waiting", text: "gathering" };
  return { status: "idle", text: "idle" };
}
