import type { RegistryStatus } from "../../client/registry.ts";
import type { ApiDeps } from "../deps.ts";
import { registryNow } from "./registry-now.ts";

/** What the registry says of a DAG now. */
export type ConsumerNow = RegistryStatus["consumers"][number];

/** What the registry holds of every DAG now; null while it is away. */
export function consumersNow(deps: Pick<ApiDeps, "client" | "patience">): () => Promise<ReadonlyMap<string, ConsumerNow> | null> {
  const now = registryNow(deps);
  return async () => byDag(await now());
}

export function byDag(status: RegistryStatus | null): ReadonlyMap<string, ConsumerNow> | null {
  return status === null ? null : new Map(status.consumers.map((one) => [one.dag, one]));
}
