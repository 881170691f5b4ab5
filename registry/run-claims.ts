import { reject } from "./accept.ts";
import type { RegistryInput, RunClaim } from "./input.ts";
import type { Registry } from "./registry.ts";
import { runEnded, runOf } from "./runs.ts";

/**
 * True if Temporal must be asked whether there is such a run before the registry acts upon what a signal says of it: of a run that it did
 * not start and has not heard of otherwise, and of another life of one that it knows. An end brings events; a start only takes a slot,
 * so the start of a run that is new waits for nobody, and is asked about with its end.
 */
export function isDoubtful(registry: Registry, input: RegistryInput): input is RunClaim {
  if ((input.kind !== "runStarted" && input.kind !== "runEnded") || input.claimed !== true) return false;
  const { run, temporalRunId, dag } = input;
  if (registry.ends.knows(run, temporalRunId)) return false;
  const consumer = registry.consumers.get(dag);
  const known = consumer === undefined ? undefined : runOf(consumer, run);
  if (known === undefined || known.claimed === true) return input.kind === "runEnded";
  // Of a run that it started it may not know under which id it runs in Temporal; only other runs announce themselves.
  return known.temporalRunId === undefined ? input.kind === "runStarted" : known.temporalRunId !== temporalRunId;
}

/** There is no such run: what was said of it goes to the rejected list, and a slot that it took is free. */
export function refuteClaim(registry: Registry, claim: RunClaim, why: string, now: number): void {
  const { run, temporalRunId, dag, partition = null } = claim;
  reject(registry, claim, "E_RUN_UNKNOWN", why);
  const consumer = registry.consumers.get(dag);
  const known = consumer === undefined ? undefined : runOf(consumer, run);
  if (known?.claimed !== true || known.temporalRunId !== temporalRunId) return;
  runEnded(registry, { run, temporalRunId, dag, partition, status: "cancelled", outlets: [], error: why, missing: true }, now);
}
