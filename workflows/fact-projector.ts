import { proxyActivities } from "@temporalio/workflow";
import type { Fact } from "../core/fact.ts";
import type { RegistryActivities } from "./ports.ts";

/** Carries facts to the store for as long as it takes: the registry starts it when the store is down and facts pile up. */
export async function factProjector(input: { readonly registry: string; readonly facts: readonly Fact[] }): Promise<void> {
  const { project } = proxyActivities<RegistryActivities>({
    startToCloseTimeout: "1 minute",
    retry: { initialInterval: "1s", backoffCoefficient: 2, maximumInterval: "15s" },
  });
  await project({ ...input, hold: 0 });
}
