import { type Client, WorkflowUpdateFailedError } from "@temporalio/client";
import { HeadgateError, messageOf } from "../core/errors.ts";
import type { RegistryActivities } from "../workflows/ports.ts";

/** The activity by which the router of a registry in shards hands an update to the shard that can answer it. */
export function createAskShard({ client }: { readonly client: Client }): RegistryActivities["askShard"] {
  return async function askShard({ workflow, update, input, id }) {
    try {
      return await client.workflow.getHandle(workflow).executeUpdate<unknown, [unknown]>(update, { args: [input], updateId: id });
    } catch (error) {
      const reason = error instanceof WorkflowUpdateFailedError && error.cause ? error.cause : error;
      throw new HeadgateError("E_SHARD_AWAY", `the shard ${workflow} did not answer: ${messageOf(reason)}`, { cause: error });
    }
  };
}
