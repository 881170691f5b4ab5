import { setTimeout as sleep } from "node:timers/promises";
import { type Client, WorkflowIdReusePolicy } from "@temporalio/client";
import { HeadgateError } from "../../core/errors.ts";
import type { Names } from "../../core/names.ts";
import { QUERIES } from "../../core/registry-protocol.ts";
import { isShardedAnswer, shardName } from "../../core/shard-protocol.ts";
import { MOST_SHARDS } from "../../registry/shard.ts";
import type { RegistryCarry } from "../../workflows/registry-carry.ts";
import { resetToLastTask } from "./reset-registry.ts";
import { startWith } from "./start-registry.ts";
import { statusOf } from "./status.ts";

/**
 * Puts the other shards of a registry back whose router runs, and returns the workflows that it put back. In a registry of one workflow that is
 * none. What the router had for them it hands on then. Throws `E_SHARDS` for one that was deleted.
 */
export async function restoreShards(client: Client, names: Names, end: number): Promise<readonly string[]> {
  const shards = await countShards(client, names, end);
  const back: string[] = [];
  for (let shard = 1; shard < shards; shard += 1) {
    const workflow = shardName(names.registry, shard);
    const status = await statusOf(client, workflow);
    if (status === "RUNNING") continue;
    if (status === null) throw deleted(workflow);
    if (status === "COMPLETED") {
      const carry = (await client.workflow.getHandle(workflow).result()) as RegistryCarry;
      await startWith(client, names, carry, WorkflowIdReusePolicy.ALLOW_DUPLICATE, { workflow });
    } else await resetToLastTask(client, workflow);
    back.push(workflow);
  }
  return back;
}

/** A registry without its router is built again from the store, as one workflow; what is left of its shards must not go on beside it. Throws `E_SHARDS`. */
export async function refuseOrphans(client: Client, names: Names): Promise<void> {
  for (let shard = 1; shard < MOST_SHARDS; shard += 1) {
    const workflow = shardName(names.registry, shard);
    if ((await statusOf(client, workflow)) !== "RUNNING") continue;
    throw new HeadgateError("E_SHARDS", `the router of the registry was deleted, and its shard "${workflow}" runs`, {
      hint: `terminate what is left of it (\`temporal workflow terminate --workflow-id ${workflow}\`), then \`headgate registry restore\` builds one registry from the store`,
    });
  }
}

/** Only the router knows how many there are; 1 if it does not answer in time. */
async function countShards(client: Client, names: Names, end: number): Promise<number> {
  do {
    try {
      const answer = await client.workflow.getHandle(names.registry).query<unknown>(QUERIES.state);
      return isShardedAnswer(answer) ? answer.shards : 1;
    } catch {
      await sleep(500);
    }
  } while (performance.now() < end);
  return 1;
}

function deleted(workflow: string): HeadgateError {
  return new HeadgateError("E_SHARDS", `the shard "${workflow}" of the registry was deleted, and cannot be built again alone`, {
    hint: "terminate and delete all workflows of the registry, then `headgate registry restore` builds one from the store",
  });
}
