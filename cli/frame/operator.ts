import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import type { Command } from "commander";
import { defined } from "../../core/defined.ts";
import type { Asked } from "../../registry/index.ts";

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

/** Who asks, why, and under which id. */
export function askedBy({ reason, requestId }: OperatorOptions): Asked {
  return defined({ by: userInfo().username, why: reason, request: requestId ?? randomUUID() });
}
