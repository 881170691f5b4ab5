import { type Command, Option } from "commander";
import { markSucceeded } from "../client/mark-run.ts";
import { foundRun } from "./found-run.ts";
import { act } from "./frame/command.ts";
import { SERVER_SETTINGS, STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { askedBy, type OperatorOptions } from "./frame/operator.ts";
import { count } from "./text/count-text.ts";

/** `headgate runs mark succeeded`. */
export function addMark(runs: Command): void {
  const mark = runs.command("mark").helpCommand(false).description("Says what a run came to, in place of what it said itself.");
  const succeeded = mark
    .command("succeeded")
    .argument("<run>", "workflow id of a run that has ended")
    .description("Lets a failed run count as succeeded, as somebody did its work by hand: its events are not held any more. It publishes nothing.")
    .addOption(new Option("--reason <text>", "why: it stands with the run's operations").makeOptionMandatory())
    .option("--request-id <id>", "the same request again does nothing (default: new each time)");
  withSettings(withOutput(succeeded), [...SERVER_SETTINGS, ...STORE_SETTINGS]);
  withExamples(succeeded, [['headgate runs mark succeeded orders-clean/1f0c-42 --reason "loaded by hand"', "nothing is left to do for it"]]);
  act<OperatorOptions, [string]>(succeeded, async ({ options, output, servers }, id) => {
    const all = await servers();
    const found = await foundRun(await all.store(), id);
    const { run, dag } = found;
    const done = await markSucceeded(await all.registry(), found, askedBy(options));
    output.result({ run, dag, status: "succeeded", ...done }, () =>
      [
        `${output.paint.bold(run)} counts as succeeded${done.events === 0 ? "" : `, and holds its ${count(done.events, "event")} no more`}`,
        output.paint.dim("nothing was published for it: `headgate publish <asset>` tells what follows of data that was made by hand"),
      ].join("\n"),
    );
    return undefined;
  });
}
