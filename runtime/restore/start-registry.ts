import { type Client, WorkflowIdConflictPolicy, type WorkflowIdReusePolicy } from "@temporalio/client";
import type { Names } from "../../core/names.ts";
import type { RegistryCarry } from "../../workflows/registry-carry.ts";

/** Starts the registry's workflow with what it carries. Of two who do it at the same time, one fails. */
export async function startWith(client: Client, names: Names, carry: RegistryCarry, workflowIdReusePolicy: WorkflowIdReusePolicy): Promise<void> {
  await client.workflow.start("assetRegistry", {
    ...{ workflowId: names.registry, taskQueue: names.systemQueue, args: [carry], workflowIdReusePolicy },
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
    staticSummary: "Headgate's asset registry: decides which DAG runs when",
  });
}
