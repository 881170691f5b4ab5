import { type Client, ServiceError, WorkflowUpdateFailedError } from "@temporalio/client";
import { HeadgateError, messageOf } from "../core/errors.ts";

/** Why a registry was not found: there is none (`E_REGISTRY_UNREACHABLE`), or it was closed (`E_REGISTRY_CLOSED`). */
export async function registryGone(client: Client, registry: string, cause: unknown): Promise<HeadgateError> {
  const isThere = await client.workflow
    .getHandle(registry)
    .describe()
    .then(
      () => true,
      () => false,
    );
  if (isThere) return registryClosed(registry, cause);
  return new HeadgateError("E_REGISTRY_UNREACHABLE", `there is no registry "${registry}" in namespace "${client.options.namespace}"`, {
    cause,
    hint: "start a worker (`headgate worker`) or everything (`headgate dev`)",
  });
}

export function registryClosed(registry: string, cause?: unknown): HeadgateError {
  return new HeadgateError("E_REGISTRY_CLOSED", `the registry "${registry}" was closed`, {
    cause,
    hint: "put it back: `headgate registry restore`; a new one would forget what is pending",
  });
}

/** Temporal knows of no registry, and there was one: it was deleted, or its retention is over. */
export function registryLost(registry: string): HeadgateError {
  return new HeadgateError("E_REGISTRY_LOST", `the registry "${registry}" is gone, with its history, and the store says that there was one`, {
    hint: "build it again from the store: `headgate registry restore`; a new one would forget what is pending",
  });
}

/** The server or the registry's worker did not answer; another try may. */
export function registryUnreachable(registry: string, cause: unknown): HeadgateError {
  // These two say only what failed: why is in their cause.
  const reason = (cause instanceof ServiceError || cause instanceof WorkflowUpdateFailedError) && cause.cause ? cause.cause : cause;
  return new HeadgateError("E_REGISTRY_UNREACHABLE", `the registry "${registry}" did not answer: ${messageOf(reason)}`, {
    cause,
    hint: "check that the Temporal server and a worker run: `headgate doctor`",
  });
}
