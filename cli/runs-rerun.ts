import type { Command } from "commander";
import type { Repeated } from "../client/http/schema.gen.ts";
import { orError } from "../client/many-runs.ts";
import { defined } from "../core/defined.ts";
import { act } from "./frame/command.ts";
import { confirm } from "./frame/confirm.ts";
import { EXIT } from "./frame/exit-codes.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { chosenRuns, type RunChoice, withRunChoice } from "./runs-chosen.ts";
import { count } from "./text/count-text.ts";

interface RerunFlags extends RunChoice {
  readonly from?: readonly string[];
  readonly failed?: boolean;
  readonly samePlan?: boolean;
}

/** `headgate runs rerun`. */
export function addRerun(runs: Command): void {
  const rerun = runs
    .command("rerun")
    .argument("[run]", "workflow id of a run that has ended")
    .description("Repeats runs with the events, parameters and partition that they had. What they publish is new, so it triggers again.");
  rerun
    .option("--from <task>", "only this task and what follows it, and what did not end well; once for each", gather)
    .option("--failed", "only the tasks that did not end well, and what follows them")
    .option("--same-plan", "the graph of the first run, in place of the deployed one");
  withRunChoice(rerun);
  withSettings(withOutput(rerun), API_SETTINGS);
  withExamples(rerun, [
    ["headgate runs rerun orders-clean/1f0c-42", "all of it again"],
    ["headgate runs rerun orders-clean/1f0c-42 --failed", "what failed, with the results of the rest"],
    ["headgate runs rerun orders-clean/1f0c-42 --from load --dry-run", "which tasks would run again"],
    ["headgate runs rerun --failed --dag 'orders-*' --since 6h", "what failed in six hours and nobody has repeated"],
  ]);
  act<RerunFlags, [string | undefined]>(rerun, async ({ api, options, output }, run) => {
    const asked = await api();
    const { from, failed, samePlan, dryRun = false } = options;
    const wish = { ...defined({ from: from === undefined ? undefined : [...from], failed, samePlan }), dryRun };
    const repeat = (of: string): Promise<Repeated> => asked.post("/v1/runs/{run}/rerun", { params: { run: of }, body: wish });
    const chosen = await chosenRuns(asked, run, options, { now: output.now, status: "failed", repeated: "false" });
    if (chosen === undefined) {
      const one = await repeat(run ?? "");
      output.result(one, () =>
        dryRun ? planText(one) : `started ${output.paint.bold(one.run ?? "")}\n${output.paint.dim(`what becomes of it: headgate runs show ${one.run}`)}`,
      );
      return EXIT.ok;
    }
    if (!dryRun && chosen.length > 0 && !(await confirm(`run ${count(chosen.length, "run")} again?`, options))) return EXIT.ok;
    const done: Repeated[] = [];
    for (const one of chosen) done.push(await orError(one.run, () => repeat(one.run)));
    if (dryRun) {
      output.result(done, () => (done.length === 0 ? "nothing to run again" : done.map(planText).join("\n")));
      return EXIT.ok;
    }
    const wrong = done.filter(({ error }) => error !== undefined);
    output.result(done, () => [`started ${count(done.length - wrong.length, "run")}`, ...done.map(doneText)].join("\n"));
    return wrong.length === 0 ? EXIT.ok : EXIT.failure;
  });
}

function gather(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

function planText({ of, error, again = [], kept = [] }: Repeated): string {
  if (error !== undefined) return `${of}: ${error}`;
  return `${of} would run again ${again.length === 0 ? "nothing" : again.join(", ")}${kept.length === 0 ? "" : `; kept are ${kept.join(", ")}`}`;
}

function doneText({ of, run, error }: Repeated): string {
  return error === undefined ? `  ${run} repeats ${of}` : `  ${of}: ${error}`;
}
