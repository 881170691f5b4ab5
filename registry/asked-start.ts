import type { JsonObject } from "../core/json.ts";
import type { FateFact } from "./fates.ts";
import type { Held } from "./order.ts";
import { occupy } from "./policies/concurrency.ts";
import { noteStart } from "./policies/throttle.ts";
import type { Consumer } from "./registry.ts";
import type { PlannedStart } from "./start.ts";
import type { RepairStep } from "./state.ts";

export interface AskedStart {
  readonly consumer: Consumer;
  readonly partition: string | null;
  readonly cause: PlannedStart["cause"];
  readonly params?: JsonObject | undefined;
  /** The backfill or repair that it belongs to. */
  readonly backfill?: string;
  readonly step?: RepairStep;
  /** What a step of a repair takes: what the steps before it published. */
  readonly events?: readonly Held[];
  readonly facts?: readonly FateFact[];
}

/** A start that no condition is behind: it takes its slot, and counts for the throttle. */
export function askedStart({ consumer, partition, params, events = [], facts = [], ...rest }: AskedStart, now: number): PlannedStart {
  const key = partition ?? "";
  occupy(consumer, key);
  noteStart(consumer.policy.throttle, consumer.state, now);
  const place = { oldest: { time: now, seq: 0, at: now }, references: [], group: null, back: null };
  return { consumer, key, partition, events, facts, ...place, ...rest, ...(params === undefined ? {} : { params }) };
}

/** A run that a person asked for starts at once, paused or not, and takes nothing. */
export function startByHand(consumer: Consumer, partition: string | null, params: JsonObject | undefined, by: string, now: number): PlannedStart {
  return askedStart({ consumer, partition, params, cause: { kind: "person", text: by } }, now);
}
