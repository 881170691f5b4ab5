import { type Command, Option } from "commander";
import { defined } from "../core/defined.ts";
import { readView } from "../core/json-view.ts";
import { RUN_STATUSES, type RunStatus } from "../core/run.ts";
import { formatInstant } from "../core/time/time.ts";
import type { RunDetails, RunSummary } from "../store/queries/runs.ts";
import { act } from "./frame/command.ts";
import { durationArgument } from "./frame/duration-argument.ts";
import { EXIT } from "./frame/exit-codes.ts";
import { firstOf, pageFor } from "./frame/first-of.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { limitOption } from "./frame/limit-option.ts";
import { runText } from "./run-text.ts";
import { addCancel } from "./runs-cancel.ts";
import { addLogs } from "./runs-logs.ts";
import { addMark } from "./runs-mark.ts";
import { addRerun } from "./runs-rerun.ts";
import { runsText } from "./runs-text.ts";
import { watchRun } from "./watch-run.ts";

interface ListOptions {
  readonly dag?: string;
  readonly status?: RunStatus;
  readonly partition?: string;
  readonly since?: number;
  readonly limit?: number;
}

/** `headgate runs list|show|logs|rerun|cancel|mark|approve`. */
export function addRuns(program: Command): void {
  const runs = program
    .command("runs")
    .helpCommand(false)
    .summary("what ran, and what became of it")
    .description("What ran, and what became of it.")
    .helpGroup("Look");

  const list = runs.command("list").description("Lists runs, the newest first.");
  list
    .option("--dag <id>", "runs of one DAG")
    .addOption(new Option("--status <status>", "runs that ended like this, or are like this now").choices(RUN_STATUSES))
    .option("--partition <key>", "runs of one partition")
    .option("--since <duration>", "started within this time: 30m, 2h, 7d", durationArgument)
    .addOption(limitOption("runs"));
  withSettings(withOutput(list), API_SETTINGS);
  withExamples(list, [
    ["headgate runs list", "the newest 50"],
    ["headgate runs list --dag orders-clean --status failed --since 24h", "what failed since yesterday"],
    ["headgate runs list -o jsonl | jq .run", "for a script"],
  ]);
  act<ListOptions>(list, async ({ api, options, output }) => {
    const { dag, status, partition, since, limit = 50 } = options;
    const query = defined({ dag, status, partition, since: since === undefined ? undefined : formatInstant(output.now - since) });
    const found = await firstOf((await api()).items("/v1/runs", { query: { ...query, limit: pageFor(limit) } }), limit);
    output.result(found, () => (found.length === 0 ? "no runs" : runsText(readView<readonly RunSummary[]>(found), output)));
  });

  const show = runs
    .command("show")
    .argument("<run>", "workflow id")
    .description("Shows a run: its tasks and attempts, what it took and what it published.")
    .option("-w, --watch", "go on until the run has ended; exit code 3 if it did not succeed");
  withSettings(withOutput(show), API_SETTINGS);
  withExamples(show, [
    ["headgate runs show orders-clean/1f0c-42", "what happened in it"],
    ["headgate runs show orders-clean/1f0c-42 --watch", "what happens in it"],
  ]);
  act<{ readonly watch?: boolean }, [string]>(show, async ({ api, options, output }, run) => {
    const asked = await api();
    if (options.watch === true) return await watchRun(asked, run, output);
    const found = await asked.get("/v1/runs/{run}", { params: { run } });
    output.result(found, () => runText(readView<RunDetails>(found), output));
    return EXIT.ok;
  });

  addLogs(runs);
  addRerun(runs);
  addCancel(runs);
  addMark(runs);
  addApprove(runs);
}

interface ApproveOptions {
  readonly reject?: boolean;
  readonly reason?: string;
}

function addApprove(runs: Command): void {
  const approve = runs
    .command("approve")
    .argument("<run>", "workflow id")
    .argument("<task>", "the task that waits")
    .description("Answers a task that waits for a person: the run goes on, or the task fails.")
    .option("--reject", "say no: the task fails with E_REJECTED")
    .option("--reason <text>", "why: the tasks that follow can read it");
  withSettings(withOutput(approve), API_SETTINGS);
  withExamples(approve, [
    ["headgate runs approve orders-clean/1f0c-42 review", "let it go on"],
    ['headgate runs approve orders-clean/1f0c-42 review --reject --reason "counts are off"', "stop it here"],
  ]);
  act<ApproveOptions, [string, string]>(approve, async ({ api, options, output }, run, task) => {
    const { reason } = options;
    const body = { task, approved: options.reject !== true, ...defined({ reason }) };
    const answer = await (await api()).post("/v1/runs/{run}/answer", { params: { run }, body });
    output.result({ ...answer, ...defined({ reason }) }, () => `${answer.approved ? "approved" : "rejected"} ${output.paint.bold(task)} of ${run}`);
  });
}
