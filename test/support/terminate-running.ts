import type { Client } from "@temporalio/client";

/** Terminates what runs still: nobody would look for it, and it would end in the server's log. `query` finds, `isMeant` chooses by workflow id. */
export async function terminateRunning(client: Client, query?: string, isMeant: (workflowId: string) => boolean = () => true): Promise<void> {
  for await (const { workflowId } of client.workflow.list({ query: `${query === undefined ? "" : `${query} AND `}ExecutionStatus = "Running"` })) {
    if (!isMeant(workflowId)) continue;
    await client.workflow
      .getHandle(workflowId)
      .terminate("the test is over")
      .catch(() => undefined);
  }
}
