import type { Command } from "commander";
import { defined } from "../../core/defined.ts";

/** What every verb takes that changes what the registry holds. */
export interface OperatorOptions {
  readonly reason?: string;
  readonly requestId?: string;
}

/** Adds `--reason` and `--request-id`. */
export function withOperator(command: Command): Command {
  return command
    .option("--reason <text>", "why: it stands in the ledger and in `headgate registry status`")
    .option("--request-id <id>", "the same request again does nothing (default: new each time)");
}

/** Why, and under which id, as actions of the API take it: the API knows who asks. */
export function whyOf({ reason, requestId }: OperatorOptions): { readonly reason?: string; readonly request?: string } {
  return defined({ reason, request: requestId });
}
