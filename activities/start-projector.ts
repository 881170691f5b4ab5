import { activityInfo } from "@temporalio/activity";
import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from "@temporalio/client";
import type { RegistryActivities } from "../workflows/ports.ts";

/** The activity that hands facts to a workflow of their own, on the queue that it is on itself. */
export function createStartProjector({ client }: { readonly client: Client }): RegistryActivities["startProjector"] {
  return async function startProjector({ id, registry, facts }) {
    try {
      await client.workflow.start("factProjector", {
        args: [{ registry, facts }],
        workflowId: id,
        taskQueue: activityInfo().taskQueue,
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        staticSummary: `${facts.length} facts for the store`,
      });
    } catch (error) {
      // An earlier attempt of this activity started it, and was not heard: nobody else gives this id.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  };
}
