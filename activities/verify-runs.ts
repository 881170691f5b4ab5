import { type Client, isGrpcServiceError, WorkflowNotFoundError } from "@temporalio/client";
import type { NamedRun, RegistryActivities } from "../workflows/ports.ts";

const AT_ONCE = 20;
/** The server's word for ids that can belong to nothing. */
const INVALID_ARGUMENT = 3;

/**
 * The activity that asks the server whether there are the runs that signals tell of. A run that has ended is there as long as its
 * retention lasts, so the true end of a run is never refused for being late by less than that.
 */
export function createVerifyRuns({ client }: { readonly client: Client }): RegistryActivities["verifyRuns"] {
  return async function verifyRuns({ runs }) {
    const refused: (string | null)[] = runs.map(() => null);
    const queue = [...runs.entries()];
    async function work(): Promise<void> {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) refused[next[0]] = await whyNot(client, next[1]);
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { refused };
  };
}

async function whyNot(client: Client, { run, temporalRunId, dag }: NamedRun): Promise<string | null> {
  try {
    const { type } = await client.workflow.getHandle(run, temporalRunId).describe();
    return type === dag ? null : `workflow ${run} is of type ${type}, so it is no run of ${dag}`;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError) && !isInvalid(error)) throw error;
    return `Temporal has no workflow ${run} with the run id ${temporalRunId}`;
  }
}

function isInvalid(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return isGrpcServiceError(cause) && cause.code === INVALID_ARGUMENT;
}
