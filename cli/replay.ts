import type { Command } from "commander";
import { type ReplaySubject, replayRecorded } from "../client/recorded-history.ts";
import { replayData } from "../client/replay-data.ts";
import { HeadgateError } from "../core/errors.ts";
import { unknownName } from "../core/unknown-name.ts";
import type { Store } from "../store/index.ts";
import { deployedCatalogs } from "./deployed-catalog.ts";
import { act } from "./frame/command.ts";
import { EXIT } from "./frame/exit-codes.ts";
import { STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { loadProject, type Project } from "./project.ts";
import { replayText } from "./replay-text.ts";
import { sinceOf } from "./since.ts";

interface ReplayOptions {
  readonly since: string;
  readonly until?: string;
  readonly file?: string;
}

/** `headgate replay <dag> --since 30d`: which runs a condition would have started, beside those that it did. */
export function addReplay(program: Command): void {
  const command = program
    .command("replay")
    .argument("<dag>", "id of a DAG")
    .summary("play recorded events through a condition, and compare")
    .description(
      "Plays the recorded events, pauses and run ends of the store through the condition of a DAG, as it is deployed or as a file says it, and shows which runs would not be as they were. Starts nothing.",
    )
    .helpGroup("Write");
  command
    .requiredOption("--since <when>", "begin there: 7d, 30d, or an instant with a zone")
    .option("--until <when>", "end there (default: now)")
    .option("--file <path>", "a DAG file with the changed DAG (default: the DAG as it is deployed)");
  withSettings(withOutput(command), ["project", "environment", ...STORE_SETTINGS]);
  withExamples(command, [
    ["headgate replay orders-mart --since 30d --file dags/orders.dag.ts", "what would the changed condition have done?"],
    ["headgate replay orders-mart --since 7d", "would it decide again as it did?"],
    ["headgate replay orders-mart --since 7d --json | jq '.onlyNow | length'", "for a script"],
  ]);
  act<ReplayOptions, [string]>(command, async ({ config, options, output, servers }, dag) => {
    const until = options.until === undefined ? output.now : sinceOf(options.until, output.now, "--until");
    const since = sinceOf(options.since, output.now);
    if (since >= until) throw new HeadgateError("E_USAGE", "--since is not before --until", { where: "--since", hint: "headgate replay <dag> --since 30d" });
    const project = options.file === undefined ? undefined : await loadProject(await config(), [options.file]);
    const [mistake] = project?.errors ?? [];
    if (mistake !== undefined) throw mistake;
    const store = await (await servers()).store();
    const report = await replayRecorded(store, await subjectOf(store, dag, project), { since, until });
    output.result(replayData(report), () => replayText(report, output));
    return EXIT.ok;
  });
}

async function subjectOf(store: Store, dag: string, project: Project | undefined): Promise<ReplaySubject> {
  const deployed = await deployedCatalogs(store);
  const plans = project === undefined ? deployed.flatMap(({ dags }) => dags) : project.catalog.dags;
  const plan = plans.find((one) => one.plan.dag === dag);
  if (plan !== undefined) return { plan, deployed, ...(project === undefined ? {} : { changed: project.catalog }) };
  const known = plans.map((one) => one.plan.dag);
  if (project === undefined) {
    throw unknownName(
      "E_DAG_UNKNOWN",
      `no deployed DAG is called ${dag}`,
      dag,
      known,
      "`headgate dags list` shows what is deployed, `headgate deploy` deploys",
    );
  }
  throw new HeadgateError("E_DAG_UNKNOWN", `the file has no DAG ${dag}`, { hint: `it has ${known.join(", ") || "none"}` });
}
