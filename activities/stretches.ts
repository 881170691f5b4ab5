import type { TemporalStretches } from "../client/stretches.ts";
import { HeadgateError } from "../core/errors.ts";
import type { AssetEvent } from "../core/event.ts";
import type { StoredStretches } from "../store/stretches.ts";
import type { RegistryActivities } from "../workflows/ports.ts";
import { toFailure } from "./failure.ts";

/**
 * The activities by which pending events leave the registry's state and come back. They go to the store; while it does not answer, to
 * a workflow of their own, so that the state stays small however long that lasts. Whoever asks for events in the store waits for it.
 */
export function createStretchActivities(deps: {
  readonly store: StoredStretches;
  readonly temporal: TemporalStretches;
}): Pick<RegistryActivities, "keepStretch" | "readStretch" | "releaseStretches"> {
  const { store, temporal } = deps;

  /** What was asked first may have kept it, and died before it could say so: the answer names the other one then. */
  async function read(name: string, kept: "store" | "temporal"): Promise<readonly AssetEvent[]> {
    const found = kept === "store" ? ((await store.read(name)) ?? (await temporal.read(name))) : ((await temporal.read(name)) ?? (await store.read(name)));
    if (found !== undefined) return found;
    throw new HeadgateError("E_STRETCH_GONE", `the pending events ${name} are neither in the store nor in Temporal`, {
      hint: "bring back the backup of the store that has them; `headgate pending clear` lets go of them",
    });
  }

  return {
    async keepStretch({ name, events }) {
      try {
        await store.keep(name, events);
        return { kept: "store" };
      } catch {
        // Whatever it is that the store has against them: the state must not wait for it.
        await temporal.keep(name, events);
        return { kept: "temporal" };
      }
    },
    async readStretch({ name, kept }) {
      try {
        return { events: await read(name, kept) };
      } catch (error) {
        throw toFailure(error, ["E_STRETCH_GONE"]);
      }
    },
    async releaseStretches({ stretches }) {
      for (const { name } of stretches) await temporal.release(name);
      const stored = stretches.filter(({ kept }) => kept === "store").map(({ name }) => name);
      if (stored.length > 0) await store.release(stored);
    },
  };
}
