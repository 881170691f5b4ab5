import type { Command } from "commander";
import type { ApiClient } from "../client/http/api-client.ts";
import type { CancelAsked } from "../client/http/schema.gen.ts";
import { HeadgateError } from "../core/errors.ts";
import { act } from "./frame/command.ts";
import { confirm } from "./frame/confirm.ts";
import { EXIT } from "./frame/exit-codes.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { chosenRuns, type RunChoice, withRunChoice } from "./runs-chosen.ts";
import { count } from "./text/count-text.ts";

interface CancelFlags extends RunChoice {
  readonly running?: boolean;
}

/** `headgate runs cancel`. */
export function addCancel(runs: Command): void {
  const cancel = runs
    .command("cancel")
    .argument("[run]", "workflow id")
    .description("Asks runs to stop. Their tasks are told by their signal.")
    .option("--running", "of those that a filter finds, the ones that run now (default)");
  withRunChoice(cancel);
  withSettings(withOutput(cancel), API_SETTINGS);
  withExamples(cancel, [
    ["headgate runs cancel orders-clean/1f0c-42", "stop it"],
    ["headgate runs cancel --dag 'orders-*' --running", "stop all runs of these DAGs"],
  ]);
  act<CancelFlags, [string | undefined]>(cancel, async ({ api, options, output }, run) => {
    const asked = await api();
    const chosen = await chosenRuns(asked, run, options, { now: output.now, status: "running" });
    const runs = chosen === undefined ? [run ?? ""] : chosen.map((one) => one.run);
    if (options.dryRun === true) {
      output.result(
        runs.map((one) => ({ run: one, asked: null })),
        () => (runs.length === 0 ? "nothing to cancel" : ["would be asked to stop:", ...runs.map((one) => `  ${one}`)].join("\n")),
      );
      return EXIT.ok;
    }
    if (chosen === undefined) {
      const done = await askToStop(asked, run ?? "");
      output.result(done, () => `asked ${output.paint.bold(done.run)} to stop`);
      return EXIT.ok;
    }
    if (runs.length > 0 && !(await confirm(`cancel ${count(runs.length, "run")}?`, options))) return EXIT.ok;
    const done: CancelAsked[] = [];
    for (const one of runs) done.push(...(await unlessEnded(() => askToStop(asked, one))));
    output.result(done, () => [`asked ${count(done.length, "run")} to stop`, ...done.map((one) => `  ${one.run}`)].join("\n"));
    return EXIT.ok;
  });
}

async function askToStop(api: ApiClient, run: string): Promise<CancelAsked> {
  return await api.post("/v1/runs/{run}/cancel", { params: { run }, body: {} });
}

/** Nothing if a run ended between the two looks. */
async function unlessEnded<T>(work: () => Promise<T>): Promise<readonly T[]> {
  try {
    return [await work()];
  } catch (error) {
    if (HeadgateError.is(error) && error.code === "E_RUN_UNKNOWN") return [];
    throw error;
  }
}
