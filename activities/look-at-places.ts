import { type Client, WorkflowNotFoundError } from "@temporalio/client";
import type { PlaceToLookAt, PoolActivities } from "../workflows/ports.ts";

const AT_ONCE = 20;
/** A workflow that was given a place and does not begin with it for so long, in milliseconds, loses it. */
const UNUSED = 120_000;

/** Asks the server who has places of a pool: what was terminated does not say that it left. */
export function createLookAtPlaces({ client }: { readonly client: Client }): PoolActivities["lookAtPlaces"] {
  return async function lookAtPlaces({ places }) {
    const queue = [...places];
    const empty: Pick<PlaceToLookAt, "place" | "since">[] = [];
    async function work(): Promise<void> {
      for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
        if (await isEmpty(one)) empty.push({ place: one.place, since: one.since });
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { empty: empty.sort((a, b) => a.place - b.place) };
  };

  async function isEmpty({ slot, since, run, temporalRunId }: PlaceToLookAt): Promise<boolean> {
    if (await isRunning(slot)) return false;
    return run === undefined || Date.now() - since > UNUSED || !(await isRunning(run, temporalRunId));
  }

  async function isRunning(workflowId: string, runId?: string): Promise<boolean> {
    try {
      const { name } = (await client.workflow.getHandle(workflowId, runId).describe()).status;
      return name === "RUNNING" || name === "PAUSED";
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }
}
