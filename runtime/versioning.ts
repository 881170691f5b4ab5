import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "@temporalio/client";
import type { WorkerDeploymentOptions } from "@temporalio/worker";
import type { Catalog } from "../core/catalog.ts";
import { HeadgateError, messageOf } from "../core/errors.ts";
import type { Names } from "../core/names.ts";
import type { Settings } from "./settings.ts";

/** A project's workers as a Temporal worker deployment, and their build among its versions. */
export interface Build {
  readonly deploymentName: string;
  readonly buildId: string;
}

/** gRPC: no worker of the build has come yet, or not one for each of its queues. */
const NOT_THERE: ReadonlySet<number> = new Set([5, 9]);
/** How long a deploy waits for the first worker of a build, in milliseconds. */
const PATIENCE = 30_000;

/**
 * The build of a project's workers; undefined unless runs are pinned to the one that they began on. Its id is the setting `buildId`, such as a
 * commit, or else the hash of the catalogue, which is another one for another graph only.
 */
export function buildOf(
  { versioning, buildId, project }: Pick<Settings, "versioning" | "buildId" | "project">,
  names: Names,
  catalog: Pick<Catalog, "hash">,
): Build | undefined {
  if (versioning !== "pinned") return undefined;
  return { deploymentName: names.projectQueue(project), buildId: buildId ?? catalog.hash.slice(0, 12) };
}

/** What makes a worker one of a build. Runs stay with the build of their first task until they end. */
export function workerDeployment(build: Build | undefined): { readonly workerDeploymentOptions?: WorkerDeploymentOptions } {
  return build === undefined ? {} : { workerDeploymentOptions: { version: build, useWorkerVersioning: true, defaultVersioningBehavior: "PINNED" } };
}

/** From now on new runs begin on this build. Waits for its first worker; throws `E_BUILD` if none comes. */
export async function makeCurrent(client: Client, build: Build, patience = PATIENCE): Promise<void> {
  const { namespace, identity } = client.options;
  for (const until = Date.now() + patience; ; await sleep(500)) {
    try {
      await client.workflowService.setWorkerDeploymentCurrentVersion({ namespace, identity: identity ?? "headgate", ...build });
      return;
    } catch (error) {
      const code = (error as { readonly code?: unknown }).code;
      if (typeof code === "number" && NOT_THERE.has(code) && Date.now() < until) continue;
      throw new HeadgateError("E_BUILD", `build "${build.buildId}" cannot take over: ${messageOf(error)}`, {
        where: `worker deployment "${build.deploymentName}"`,
        hint: "start workers of this build first, in all roles that the project has: tasks and watchers. The build of a worker is HEADGATE_BUILD_ID, or the hash of its catalogue",
        cause: error,
      });
    }
  }
}
