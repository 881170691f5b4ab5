import { type Command, Option } from "commander";
import type { ApiClient } from "../client/http/api-client.ts";
import type { ChosenRun } from "../client/many-runs.ts";
import { defined } from "../core/defined.ts";
import { HeadgateError } from "../core/errors.ts";
import { RUN_STATUSES, type RunStatus } from "../core/run.ts";
import { formatInstant } from "../core/time/time.ts";
import { durationArgument } from "./frame/duration-argument.ts";
import { firstOf } from "./frame/first-of.ts";

/** Most runs that one call touches. */
const MOST = 1_000;

/** Which runs a verb is for, when no run is named. */
export interface RunChoice {
  readonly dag?: string;
  readonly status?: RunStatus;
  readonly partition?: string;
  readonly since?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** Adds the filter of verbs that take many runs at once. */
export function withRunChoice(command: Command): Command {
  return command
    .option("--dag <glob>", "in place of a run: runs of these DAGs, * for any characters")
    .addOption(new Option("--status <status>", "runs that are or ended like this").choices(RUN_STATUSES))
    .option("--partition <key>", "runs of one partition")
    .option("--since <duration>", "started within this time: 30m, 2h, 7d", durationArgument)
    .option("--dry-run", "say what would be done, and do nothing")
    .option("-y, --yes", "do not ask, also at a terminal");
}

/**
 * The runs that a filter finds, the newest first; undefined if a run is named. Throws `E_USAGE` if neither or both are given, and for more
 * than 1,000.
 */
export async function chosenRuns(
  api: ApiClient,
  run: string | undefined,
  choice: RunChoice,
  { now, status: usual, ...rest }: { readonly now: number; readonly status: RunStatus; readonly repeated?: "false" },
): Promise<readonly ChosenRun[] | undefined> {
  const { dag, status = usual, partition, since } = choice;
  const filtered = dag !== undefined || choice.status !== undefined || partition !== undefined || since !== undefined;
  if (run !== undefined && filtered) throw usage("a run is named, and a filter is given", "name a run, or give --dag, --status, --partition or --since");
  if (run !== undefined) return undefined;
  if (!filtered) throw usage("no run is named", "name a run, or choose runs by --dag, --status, --partition or --since");
  const query = { status, limit: 200, ...rest, ...defined({ dags: dag, partition, since: since === undefined ? undefined : formatInstant(now - since) }) };
  const found = await firstOf(api.items("/v1/runs", { query }), MOST + 1);
  if (found.length <= MOST) return found;
  throw usage(`more than ${MOST} runs are chosen`, "choose fewer, by DAG, partition or the time since they started");
}

function usage(message: string, hint: string): HeadgateError {
  return new HeadgateError("E_USAGE", message, { where: "runs", hint });
}
