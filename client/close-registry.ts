import { setTimeout as sleep } from "node:timers/promises";
import { ServiceError, type WorkflowHandle, WorkflowUpdateFailedError } from "@temporalio/client";
import { UPDATES } from "../core/registry-protocol.ts";

/** How long it is tried, in milliseconds. */
const PATIENCE = 30_000;

/**
 * Makes the registry complete with all that it carries. A task of a registry under load that meets new signals at its end is taken back,
 * and the update in it with it: it is asked again. It may also be over before its answer is told.
 */
export async function closeRegistry(handle: WorkflowHandle): Promise<void> {
  for (const until = Date.now() + PATIENCE; ; await sleep(200)) {
    try {
      return await handle.executeUpdate<void, []>(UPDATES.closeRegistry);
    } catch (error) {
      if (!(error instanceof ServiceError || error instanceof WorkflowUpdateFailedError)) throw error;
      const { status } = await handle.describe();
      if (status.name === "COMPLETED") return;
      if (status.name !== "RUNNING" || Date.now() > until) throw error;
    }
  }
}
