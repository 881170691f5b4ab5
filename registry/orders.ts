import type { JsonObject } from "../core/json.ts";
import type { RepairStep } from "./state.ts";

/** Who asks an operation, and why. The same `request` a second time does nothing. */
export interface Asked {
  readonly by?: string;
  readonly why?: string;
  readonly request?: string;
}

/** What is said of a backfill and of a repair. */
export interface WorkOrder extends Asked {
  /** How many of its runs may run at once. */
  readonly parallel: number;
  /** Of each of its runs. */
  readonly params?: JsonObject;
}

export interface BackfillOrder extends WorkOrder {
  readonly partitions: readonly string[];
}

export interface RepairOrder extends WorkOrder {
  readonly asset: string;
  readonly steps: readonly PlannedStep[];
}

export type PlannedStep = Pick<RepairStep, "dag" | "partition" | "needs">;
