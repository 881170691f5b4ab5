import { until } from "../faults/until.ts";
import type { RegistryWorld } from "./registry-world.ts";

/** Waits until the registry has nothing to do and the store knows all. */
export async function idle(world: RegistryWorld): Promise<void> {
  await until(
    "the registry is idle",
    async () => {
      const { inbox, dispatching, waitingFacts, consumers, waitsForCatalogs } = await world.registry.state();
      return waitsForCatalogs.length === 0 && inbox === 0 && dispatching === 0 && waitingFacts === 0 && consumers.every(({ running }) => running === 0);
    },
    60_000,
    async () => JSON.stringify(await world.registry.state()),
  );
}

export async function drained(world: RegistryWorld): Promise<void> {
  const { runId } = await world.handle.describe();
  await world.registry.drain();
  await until("it has continued as new", async () => (await world.handle.describe()).runId !== runId, 10_000);
}
