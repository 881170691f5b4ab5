import type { Client } from "@temporalio/client";
import type { Names } from "../core/names.ts";
import { pollersOf } from "./pollers.ts";

/** A task queue with the workers that take work from it. */
export interface TaskQueue {
  readonly queue: string;
  /** Null for the queue of the registry and the watchers. */
  readonly project: string | null;
  /** Identities. */
  readonly workers: readonly string[];
}

/** The queue of the registry, and of each project those of its tasks and of what mostly waits. `now` is in milliseconds since 1970. */
export async function taskQueues(client: Client, names: Names, projects: readonly string[], now: number): Promise<readonly TaskQueue[]> {
  const queues = [
    { queue: names.systemQueue, project: null, kind: "workflow" as const },
    ...projects.flatMap((project) => [
      { queue: names.projectQueue(project), project, kind: "activity" as const },
      { queue: names.triggerQueue(project), project, kind: "activity" as const },
    ]),
  ];
  return await Promise.all(queues.map(async ({ queue, project, kind }) => ({ queue, project, workers: await pollersOf(client, queue, kind, now) })));
}
