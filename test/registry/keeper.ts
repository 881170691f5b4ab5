import type { AssetEvent } from "../../core/event.ts";
import { type ParkingLimits, type Registry, type RegistryInput, type StepResult, step } from "../../registry/index.ts";

/** Parks whatever can be parked, in stretches of a few events. */
export const EAGER: ParkingLimits = { above: 0, leastEvents: 1, leastBytes: 0, few: 1, stretchBytes: 600, head: 1, lookAgain: 0 };

/** Keeps stretches in memory and answers at once, as a store and its activities do a little later. */
export interface Keeper {
  /** While it is down it keeps, and reads nothing: what it is asked for waits. */
  down: boolean;
  /** It says what it kept only when it is asked the next time. */
  late: boolean;
  /** Names of what it has and was not let go of. */
  kept(): readonly string[];
  lose(name: string): void;
  /** Answers what a step asked for, at the same instant, until nothing is asked for any more. Returns what the steps decided. */
  serve(registry: Registry, asked: StepResult, now: number): StepResult[];
}

export function createKeeper(): Keeper {
  const stretches = new Map<string, readonly AssetEvent[]>();
  const waiting: { no: number }[] = [];
  const unsaid: RegistryInput[] = [];
  const keeper: Keeper = {
    down: false,
    late: false,
    kept: () => [...stretches.keys()],
    lose: (name) => void stretches.delete(name),
    serve: (registry, asked, now) => {
      const results: StepResult[] = [];
      let orders = asked.stretches;
      const said = unsaid.splice(0);
      for (let round = 0; ; round++) {
        if (round > 1_000) throw new Error("the registry and the keeper ask each other for ever");
        const parked = orders.park.map(({ no, events }): RegistryInput => {
          stretches.set(`${no}`, structuredClone(events));
          return { kind: "parked", no, name: `${no}`, kept: "store" };
        });
        const inputs: RegistryInput[] = [...said.splice(0), ...(keeper.late ? [] : parked)];
        if (keeper.late) unsaid.push(...parked);
        // What left the state may be asked for before it has a name.
        waiting.push(...orders.read);
        if (!keeper.down)
          for (const { no } of waiting.splice(0)) inputs.push({ kind: "read", no, events: structuredClone(stretches.get(`${no}`)) ?? "it is gone" });
        for (const { no } of orders.release) stretches.delete(`${no}`);
        if (inputs.length === 0) return results;
        const result = step(registry, inputs, now);
        results.push(result);
        orders = result.stretches;
      }
    },
  };
  return keeper;
}
