import type { Command } from "commander";
import type { JsonObject } from "../core/json.ts";
import { paramsOf } from "./dags.ts";
import { wholeNumber } from "./frame/limit-option.ts";

/** What `backfill` and `repair` have in common. */
export interface WorkOptions {
  readonly maxParallel?: number;
  readonly params?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

export function withWorkOptions(command: Command): Command {
  return command
    .option("--max-parallel <n>", "runs at a time (default: 1)", wholeNumber)
    .option("--params <json>", "parameters of each run, as the DAG's schema wants them")
    .option("--reason <text>", "why, for the ones who ask later")
    .option("--dry-run", "print what would run, and start nothing");
}

export function workOrderOf({ maxParallel, params, reason }: WorkOptions): { parallel?: number; params?: JsonObject; why?: string } {
  const parsed = paramsOf(params);
  return {
    ...(maxParallel === undefined ? {} : { parallel: maxParallel }),
    ...(parsed === undefined ? {} : { params: parsed }),
    ...(reason === undefined ? {} : { why: reason }),
  };
}
