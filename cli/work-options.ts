import type { Command } from "commander";
import { defined } from "../core/defined.ts";
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

/** The same for the API. */
export function workOrderOf({ dryRun, maxParallel, params, reason }: WorkOptions): {
  parallel?: number;
  params?: JsonObject;
  reason?: string;
  dryRun: boolean;
} {
  return { dryRun: dryRun === true, ...defined({ parallel: maxParallel, params: paramsOf(params), reason }) };
}
