import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import type { Command } from "commander";
import { unlessStoreAway } from "../api/frame/unless-store-away.ts";
import { assertRegistryWorker } from "../client/pollers.ts";
import { jsonView } from "../core/json-view.ts";
import type { HandedOver } from "../runtime/hand-over.ts";
import { planDeploy } from "./deploy-plan.ts";
import { deployPlanData, deployPlanText } from "./deploy-plan-text.ts";
import { deployedCatalog, deployedCatalogs } from "./deployed-catalog.ts";
import { act } from "./frame/command.ts";
import { EXIT } from "./frame/exit-codes.ts";
import { SERVER_SETTINGS, STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import type { Output } from "./frame/output.ts";
import { errorData } from "./frame/report-error.ts";
import { diffCatalogs, isUnchanged } from "./graph-diff.ts";
import { graphDiffSummary, graphDiffText } from "./graph-diff-text.ts";
import { type MovedWatcher, movedWatchers, placeMoved } from "./moved-watchers.ts";
import { loadProject } from "./project.ts";
import { reportFindings } from "./report-findings.ts";
import { sharedQueues } from "./shared-queues.ts";
import { count } from "./text/count-text.ts";
import { isoTime } from "./text/time-text.ts";

interface DeployOptions {
  readonly dryRun?: boolean;
  readonly plan?: boolean;
  readonly position?: readonly string[];
}

/** `headgate deploy`: the project's catalogue becomes what the registry decides by. */
export function addDeploy(program: Command): void {
  const command = program
    .command("deploy")
    .summary("make the project what the registry decides by")
    .description("Deploys the DAGs, assets and watchers of the project, and shows what changes. Workers never deploy by themselves.")
    .helpGroup("Run");
  command
    .option("--dry-run", "only show what would change")
    .option("--position <watcher=position>", "where a watcher begins that reads another place now; once for each", gather)
    .option("--plan", "also show pending events that would be dropped, and runs of the last 7 days that would not be as they were");
  withSettings(withOutput(command), ["project", ...SERVER_SETTINGS, ...STORE_SETTINGS]);
  withExamples(command, [
    ["headgate deploy", "check the files, then deploy them"],
    ["headgate deploy --dry-run", "what would change"],
    ["headgate deploy --position orders-arrive=now", "the watcher reads another bucket from now on"],
    ["headgate deploy --plan", "what it would do to pending events, and would have done to the runs of the last 7 days"],
  ]);
  act<DeployOptions>(command, async ({ config, options, output, servers }) => {
    const own = await config();
    const { settings } = own;
    const project = await loadProject(own);
    const { catalog } = project;
    reportFindings(project, output);
    if (project.errors.length > 0) {
      output.note(`nothing was deployed: ${count(project.errors.length, "error")} to correct`);
      if (output.format !== "text")
        output.result({ deployed: false, project: catalog.project, errors: project.errors.map(errorData), warnings: project.warnings }, () => "");
      return EXIT.usage;
    }

    const { client, names, registry, store, watchers } = await servers();
    const known = await unlessStoreAway(
      async () => {
        const opened = await store();
        const [places, tasks] = await Promise.all([opened.listWatchers(), opened.listTaskReaders()]);
        return { previous: await deployedCatalog(opened, catalog.project), places, tasks, catalogs: await deployedCatalogs(opened) };
      },
      (why) => {
        output.note(`what changes is not known: ${why.message}`);
        return undefined;
      },
    );
    const watching = project.definitions.filter((one) => one.kind === "watcher");
    const shared = known === undefined ? [] : sharedQueues(catalog.project, project.definitions, known);
    reportFindings({ errors: [], warnings: shared }, output);
    const moved = movedWatchers(watching, known?.places ?? [], options.position ?? []);
    const diff = known === undefined ? null : diffCatalogs(known.previous, catalog);
    const about = { project: catalog.project, hash: catalog.hash, diff, moved, warnings: [...project.warnings, ...shared] };
    const diffText = diff === null || isUnchanged(diff) ? "" : `${graphDiffText(diff, output.paint)}\n\n`;
    const summary = diff === null ? "" : `: ${isUnchanged(diff) ? "the graph is unchanged" : graphDiffSummary(diff)}`;
    if (options.plan === true) {
      const opened = known === undefined ? undefined : await store();
      const plan = await planDeploy(catalog, { registry: await registry(), store: opened, previous: known?.previous, now: output.now });
      output.result(
        { deployed: false, ...about, ...deployPlanData(plan) },
        () => `${diffText}${deployPlanText(plan, output)}\n\n${output.paint.yellow("not deployed")}, as this was a plan${summary}`,
      );
      return EXIT.ok;
    }
    if (options.dryRun === true) {
      output.result({ deployed: false, ...about }, () => `${diffText}${output.paint.yellow("not deployed")}, as this was a dry run${summary}`);
      return EXIT.ok;
    }

    const connected = await client();
    const [{ deployCatalog }, { buildOf, makeCurrent }] = await Promise.all([import("../runtime/deploy.ts"), import("../runtime/versioning.ts")]);
    await assertRegistryWorker(connected, names, output.now);
    const build = buildOf(settings, names, catalog);
    if (build !== undefined) await makeCurrent(connected, build);
    const deployed = await deployCatalog(connected, names, catalog, { previous: known?.previous ?? null, store });
    if (moved.length > 0) await placeMoved(moved, await watchers(), { by: userInfo().username, request: randomUUID() });
    output.result({ deployed: true, ...about, ...(jsonView(deployed) as object) }, () =>
      [
        `${diffText}${output.paint.green("deployed")} ${output.paint.bold(catalog.project)} as revision ${deployed.revision}${summary}`,
        ...(build === undefined ? [] : [output.paint.dim(`new runs begin on build ${build.buildId}`)]),
        ...(diff === null || diff.dags.added.length > 0 ? [output.paint.dim(`new DAGs see events from number ${deployed.fromSeq} on`)] : []),
        ...deployed.handedOver.map((one) => handedOverText(one, output)),
        ...moved.map((one) => output.paint.yellow(movedText(one))),
        ...(deployed.dropped === 0 ? [] : [output.paint.yellow(`${count(deployed.dropped, "pending event")} dropped, as nothing waits for them any more`)]),
      ].join("\n"),
    );
    return EXIT.ok;
  });
}

function gather(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

function movedText({ position, to, watcher }: MovedWatcher): string {
  return position === "keep"
    ? `${watcher} keeps its position; its workers stop loudly if they read another place`
    : `${watcher} reads ${to} now, from ${typeof position === "string" ? position : JSON.stringify(position)}`;
}

/** `mart got 12 recorded events since ...`; what the store does not have is said. */
function handedOverText({ dag, events, missing, since }: HandedOver, { paint }: Pick<Output, "paint">): string {
  const line = `${dag} got ${count(events, "recorded event")}, accepted since ${isoTime(since)}`;
  return missing === 0
    ? paint.dim(line)
    : `${paint.dim(line)}; ${paint.yellow(`${count(missing, "accepted event")} of that time ${missing === 1 ? "is" : "are"} not in the store`)}`;
}
