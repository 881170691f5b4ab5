import { type Client, WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from "@temporalio/client";
import { HeadgateError } from "../../core/errors.ts";
import type { Names } from "../../core/names.ts";
import { shardName } from "../../core/shard-protocol.ts";
import type { RegistryCarry } from "../../workflows/registry-carry.ts";
import { statusOf } from "./status.ts";

/** Memo of a shard that an import started: which import that was. */
const IMPORT_MEMO = "headgateImport";

export interface StartAllOptions {
  readonly client: Client;
  readonly names: Names;
  /** Of each shard, the router's first; one of a registry of one workflow. */
  readonly carries: readonly RegistryCarry[];
  /** Names the import: done again after it broke off, it goes on where it stood. */
  readonly importing: string;
}

/** Starts all workflows of a registry, the router last: until then nothing new reaches the others. Throws `E_REGISTRY_RUNS`. */
export async function startAll({ client, names, carries, importing }: StartAllOptions): Promise<void> {
  const [router, ...others] = carries as readonly [RegistryCarry, ...RegistryCarry[]];
  const left: [string, RegistryCarry][] = [];
  for (const [index, carry] of others.entries()) {
    const workflow = shardName(names.registry, index + 1);
    if (!(await isStarted(client, workflow, importing))) left.push([workflow, carry]);
  }
  for (const [workflow, carry] of left)
    await startWith(client, names, carry, WorkflowIdReusePolicy.ALLOW_DUPLICATE, { workflow, memo: { [IMPORT_MEMO]: importing } });
  await startWith(client, names, router, WorkflowIdReusePolicy.ALLOW_DUPLICATE);
}

async function isStarted(client: Client, workflow: string, importing: string): Promise<boolean> {
  if ((await statusOf(client, workflow)) !== "RUNNING") return false;
  const { memo } = await client.workflow.getHandle(workflow).describe();
  if (memo?.[IMPORT_MEMO] === importing) return true;
  throw new HeadgateError("E_REGISTRY_RUNS", `the shard "${workflow}" runs, and is not of this import`, {
    hint: "`headgate registry export <file> --close` closes all shards of a registry",
  });
}

/** Starts a registry's workflow, or that of a shard, with what it carries. Of two who do it at the same time, one fails. */
export async function startWith(
  client: Client,
  names: Names,
  carry: RegistryCarry,
  workflowIdReusePolicy: WorkflowIdReusePolicy,
  { workflow = names.registry, memo }: { readonly workflow?: string; readonly memo?: Record<string, unknown> } = {},
): Promise<void> {
  const shard = carry.state.shard?.index ?? 0;
  await client.workflow.start("assetRegistry", {
    ...{ workflowId: workflow, taskQueue: names.systemQueue, args: [carry], workflowIdReusePolicy },
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
    ...(memo === undefined ? {} : { memo }),
    staticSummary: `Headgate's asset registry${shard === 0 ? "" : `, shard ${shard}`}: decides which DAG runs when`,
  });
}
