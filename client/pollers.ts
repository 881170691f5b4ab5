import type { Client } from "@temporalio/client";
import { HeadgateError } from "../core/errors.ts";
import type { Names } from "../core/names.ts";

/** `TaskQueueType` of Temporal's API. */
const KINDS = { workflow: 1, activity: 2 } as const;
/** Long polls last a minute: a poller that was not heard of for longer is gone. */
const GONE_AFTER = 75_000;

/** Identities of the workers that take work from a queue. */
export async function pollersOf(client: Client, queue: string, kind: keyof typeof KINDS, now: number): Promise<readonly string[]> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: queue },
    taskQueueType: KINDS[kind],
  });
  return (pollers ?? []).filter(({ lastAccessTime }) => now - Number(lastAccessTime?.seconds ?? 0) * 1_000 < GONE_AFTER).map(({ identity }) => identity ?? "");
}

/** Throws `E_REGISTRY_UNREACHABLE` if no worker carries the registry: what asks it would wait for nothing. */
export async function assertRegistryWorker(client: Client, names: Names, now: number): Promise<void> {
  if ((await pollersOf(client, names.systemQueue, "workflow", now)).length > 0) return;
  throw new HeadgateError("E_REGISTRY_UNREACHABLE", `no worker takes work from "${names.systemQueue}", so the registry cannot answer`, {
    where: `namespace "${client.options.namespace}"`,
    hint: "start a worker (`headgate worker`) or everything (`headgate dev`)",
  });
}
