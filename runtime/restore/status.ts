import { type Client, WorkflowNotFoundError } from "@temporalio/client";

/** The status of the newest run of a workflow: `RUNNING`, `TERMINATED`, ...; null if Temporal has none. */
export async function statusOf(client: Client, workflowId: string): Promise<string | null> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
