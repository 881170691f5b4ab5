import { type Command, Option } from "commander";
import { act } from "./frame/command.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { type OperatorOptions, whyOf } from "./frame/operator.ts";
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
  withSettings(withOutput(succeeded), API_SETTINGS);
  withExamples(succeeded, [['headgate runs mark succeeded orders-clean/1f0c-42 --reason "loaded by hand"', "nothing is left to do for it"]]);
  act<OperatorOptions, [string]>(succeeded, async ({ api, options, output }, id) => {
    const body = { status: "succeeded", ...whyOf(options), reason: options.reason ?? "" } as const;
    const done = await (await api()).post("/v1/runs/{run}/mark", { params: { run: id }, body });
    output.result(done, () =>
      [
        `${output.paint.bold(done.run)} counts as succeeded${done.events === 0 ? "" : `, and holds its ${count(done.events, "event")} no more`}`,
        output.paint.dim("nothing was published for it: `headgate publish <asset>` tells what follows of data that was made by hand"),
      ].join("\n"),
    );
    return undefined;
  });
}
