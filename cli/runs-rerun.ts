import { userInfo } from "node:os";
import type { Command } from "commander";
import { planRerun } from "../api/runs/plan-rerun.ts";
import { orError, rerunId } from "../client/many-runs.ts";
import { defined } from "../core/defined.ts";
import { act } from "./frame/command.ts";
import { confirm } from "./frame/confirm.ts";
import { EXIT } from "./frame/exit-codes.ts";
import { SERVER_SETTINGS, STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { recordedAction } from "./record-action.ts";
import { chosenRuns, type RunChoice, withRunChoice } from "./runs-chosen.ts";
import { count } from "./text/count-text.ts";

interface RerunFlags extends RunChoice {
  readonly from?: readonly string[];
  readonly failed?: boolean;
  readonly samePlan?: boolean;
}

/** What became of one run that was to be repeated. */
interface Repeated {
  readonly of: string;
  readonly run?: string;
  readonly error?: string;
  /** With `--dry-run`: tasks that would run again, and those that would stay as they are. */
  readonly again?: readonly string[];
  readonly kept?: readonly string[];
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
  withSettings(withOutput(rerun), [...SERVER_SETTINGS, ...STORE_SETTINGS]);
  withExamples(rerun, [
    ["headgate runs rerun orders-clean/1f0c-42", "all of it again"],
    ["headgate runs rerun orders-clean/1f0c-42 --failed", "what failed, with the results of the rest"],
    ["headgate runs rerun orders-clean/1f0c-42 --from load --dry-run", "which tasks would run again"],
    ["headgate runs rerun --failed --dag 'orders-*' --since 6h", "what failed in six hours and nobody has repeated"],
  ]);
  act<RerunFlags, [string | undefined]>(rerun, async ({ options, output, servers }, run) => {
    const all = await servers();
    const chosen = await chosenRuns(run, options, { now: output.now, store: all.store, status: "failed", notRepeated: true });
    if (options.dryRun === true) {
      const plans: Repeated[] = [];
      const [client, registry] = await Promise.all([all.runs(), all.registry()]);
      for (const one of chosen) plans.push(await orError(one.run, () => planRerun(client, registry, one.run, options)));
      output.result(run === undefined ? plans : plans[0], () => (plans.length === 0 ? "nothing to run again" : plans.map(planText).join("\n")));
      return EXIT.ok;
    }
    if (run === undefined && chosen.length > 0 && !(await confirm(`run ${count(chosen.length, "run")} again?`, options))) return EXIT.ok;
    const client = await all.runs();
    const { from, failed, samePlan } = options;
    const wish = { ...defined({ from, failed, samePlan }), by: userInfo().username };
    if (run !== undefined) {
      const id = await recordedAction(all, output, { operation: "rerun", subject: run }, () => client.rerun(run, wish));
      output.result({ of: run, run: id }, () => `started ${output.paint.bold(id)}\n${output.paint.dim(`what becomes of it: headgate runs show ${id}`)}`);
      return EXIT.ok;
    }
    const done: Repeated[] = [];
    for (const one of chosen) {
      const id = rerunId(one.dag, Date.now(), done.length + 1);
      done.push(
        await orError(one.run, async () => ({
          of: one.run,
          run: await recordedAction(all, output, { operation: "rerun", subject: one.run, dag: one.dag }, () => client.rerun(one.run, { ...wish, id })),
        })),
      );
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
