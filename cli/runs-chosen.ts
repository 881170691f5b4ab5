import { type Command, Option } from "commander";
import { type ChosenRun, chooseRuns } from "../client/many-runs.ts";
import { defined } from "../core/defined.ts";
import { HeadgateError } from "../core/errors.ts";
import { RUN_STATUSES, type RunStatus } from "../core/run.ts";
import type { Store } from "../store/index.ts";
import type { RunFilter } from "../store/queries/runs.ts";
import { durationArgument } from "./frame/duration-argument.ts";

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

/** The runs that are meant: the named one, or all that the filter finds. Throws `E_USAGE` if neither or both are given. */
export async function chosenRuns(
  run: string | undefined,
  choice: RunChoice,
  { now, store, ...rest }: { readonly now: number; readonly store: () => Promise<Store> } & Pick<RunFilter, "notRepeated"> & { readonly status: RunStatus },
): Promise<readonly ChosenRun[]> {
  const { dag, status = rest.status, partition, since } = choice;
  const filtered = dag !== undefined || choice.status !== undefined || partition !== undefined || since !== undefined;
  if (run !== undefined && filtered) throw usage("a run is named, and a filter is given", "name a run, or give --dag, --status, --partition or --since");
  if (run !== undefined) return [{ run, dag: "", partition: null }];
  if (!filtered) throw usage("no run is named", "name a run, or choose runs by --dag, --status, --partition or --since");
  const wanted = defined({ dags: dag, status, partition, since: since === undefined ? undefined : now - since, notRepeated: rest.notRepeated });
  return await chooseRuns(await store(), wanted);
}

function usage(message: string, hint: string): HeadgateError {
  return new HeadgateError("E_USAGE", message, { where: "runs", hint });
}
