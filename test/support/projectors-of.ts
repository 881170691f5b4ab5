import type { Client } from "@temporalio/client";

/** Ids of the workflows that carry facts of a registry to the store, those that ended with them. */
export async function projectorsOf(client: Client, registry: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query: `WorkflowType = "factProjector"` }))
    if (workflowId.startsWith(`${registry}/facts/`)) found.push(workflowId);
  return found;
}
