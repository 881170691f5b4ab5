import type { Command } from "commander";
import { cancelRuns } from "../client/many-runs.ts";
import { act } from "./frame/command.ts";
import { confirm } from "./frame/confirm.ts";
import { EXIT } from "./frame/exit-codes.ts";
import { SERVER_SETTINGS, STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { recordedAction } from "./record-action.ts";
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
  withSettings(withOutput(cancel), [...SERVER_SETTINGS, ...STORE_SETTINGS]);
  withExamples(cancel, [
    ["headgate runs cancel orders-clean/1f0c-42", "stop it"],
    ["headgate runs cancel --dag 'orders-*' --running", "stop all runs of these DAGs"],
  ]);
  act<CancelFlags, [string | undefined]>(cancel, async ({ options, output, servers }, run) => {
    const all = await servers();
    const chosen = await chosenRuns(run, options, { now: output.now, store: all.store, status: "running" });
    if (options.dryRun === true) {
      output.result(
        chosen.map((one) => ({ run: one.run, asked: null })),
        () => (chosen.length === 0 ? "nothing to cancel" : ["would be asked to stop:", ...chosen.map((one) => `  ${one.run}`)].join("\n")),
      );
      return EXIT.ok;
    }
    if (run === undefined && chosen.length > 0 && !(await confirm(`cancel ${count(chosen.length, "run")}?`, options))) return EXIT.ok;
    const client = await all.runs();
    if (run !== undefined) {
      await recordedAction(all, output, { operation: "stop", subject: run }, () => client.cancel(run));
      output.result({ run, asked: "cancel" }, () => `asked ${output.paint.bold(run)} to stop`);
      return EXIT.ok;
    }
    const asked: string[] = [];
    for (const one of chosen) {
      asked.push(...(await recordedAction(all, output, { operation: "stop", subject: one.run, dag: one.dag }, () => cancelRuns(client, [one]))));
    }
    output.result(
      asked.map((one) => ({ run: one, asked: "cancel" })),
      () => [`asked ${count(asked.length, "run")} to stop`, ...asked.map((one) => `  ${one}`)].join("\n"),
    );
    return EXIT.ok;
  });
}
