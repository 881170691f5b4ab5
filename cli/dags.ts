import { userInfo } from "node:os";
import type { Command } from "commander";
import { defined } from "../core/defined.ts";
import { HeadgateError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { jsonView } from "../core/json-view.ts";
import { unknownName } from "../core/unknown-name.ts";
import { type DagDetails, type DagRow, dagRows } from "./dag-rows.ts";
import { dagsText, dagText } from "./dags-text.ts";
import { unlessStoreIsAway } from "./deployed-catalog.ts";
import { act } from "./frame/command.ts";
import type { Servers } from "./frame/connect.ts";
import { EXIT, type ExitCode } from "./frame/exit-codes.ts";
import { SERVER_SETTINGS, STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { askedBy, type OperatorOptions, withOperator } from "./frame/operator.ts";
import type { Output } from "./frame/output.ts";
import { parseJson } from "./read-events.ts";
import { recordedAction } from "./record-action.ts";
import { count } from "./text/count-text.ts";
import { statusText } from "./text/status-text.ts";

interface RunOptions extends OperatorOptions {
  readonly withPending?: boolean;
  readonly key?: string;
  readonly partition?: string;
  readonly params?: string;
  readonly id?: string;
  readonly wait?: boolean;
}

/** `headgate dags list|show|run|pause|resume`; `trigger` is another name of `run`. */
export function addDags(program: Command): void {
  const dags = program
    .command("dags")
    .helpCommand(false)
    .summary("what is deployed, what it waits for; run, pause, resume")
    .description("What is deployed, and what it waits for.")
    .helpGroup("Look");
  const verb = (name: string): Command => withSettings(withOutput(dags.command(name)), [...SERVER_SETTINGS, ...STORE_SETTINGS]);

  const list = verb("list").description("Lists the deployed DAGs with what they do now.");
  withExamples(list, [["headgate dags list", "what is paused, what waits, what runs"]]);
  act(list, async ({ output, servers }) => {
    const rows = await rowsOf(await servers());
    output.result(jsonView(rows), () => (rows.length === 0 ? "nothing is deployed: `headgate deploy` deploys the project" : dagsText(rows, output)));
    return undefined;
  });

  const show = verb("show").argument("<dag>", "its id").description("Shows a DAG: its condition, its policy, its tasks and its newest runs.");
  withExamples(show, [["headgate dags show orders-clean", "what it is"]]);
  act<object, [string]>(show, async ({ output, servers }, dag) => {
    const all = await servers();
    const rows = await rowsOf(all);
    const row = rows.find((one) => one.dag === dag);
    if (row === undefined)
      throw unknownDag(
        dag,
        rows.map((one) => one.dag),
      );
    const [plan, runs] = await Promise.all([
      all.registry().then((registry) => registry.deployedPlan(dag)),
      unlessStoreIsAway(
        async () => (await all.store()).listRuns({ dag, limit: 10 }),
        () => [],
      ),
    ]);
    const details: DagDetails = { ...row, plan: plan?.plan ?? null, runs };
    output.result(jsonView(details), () => dagText(details, output));
    return undefined;
  });

  const run = verb("run").alias("trigger").argument("<dag>", "its id").description("Starts a run by hand. It consumes no events and is never held back.");
  run
    .option("--partition <key>", "the slice that it works on")
    .option("--params <json>", "parameters, as the DAG's schema wants them")
    .option("--id <id>", "workflow id (default: made from the time)")
    .option("--wait", "wait for its end; exit code 3 if it did not succeed")
    .option("--with-pending", "start it with what has gathered, due or not: one run for each key")
    .option("--key <key>", "with --with-pending: for this key or partition only");
  withOperator(run);
  withExamples(run, [
    ["headgate dags run orders-clean", "start it"],
    [`headgate dags run orders-clean --partition 2026-11-23 --params '{"full": true}' --wait`, "for one day, and wait for the end"],
    ["headgate dags run orders-mart --with-pending", "do not wait for the rest of its condition"],
  ]);
  act<RunOptions, [string]>(run, async ({ options, output, servers }, dag) => {
    const params = paramsOf(options.params);
    const all = await servers();
    await assertDag(all, dag);
    if (options.withPending === true) return await runPending(all, dag, options, output);
    const runs = await all.runs();
    const input = defined({ params, partition: options.partition });
    const subject = options.id ?? `${dag}/manual-${new Date().toISOString().replace(/[:.]/g, "-")}`;
    const id = await recordedAction(all, output, { operation: "start", subject, dag, why: options.reason }, () =>
      runs.start(dag, input, { id: subject, by: userInfo().username }),
    );
    if (options.wait !== true) {
      output.result(
        { run: id, dag, status: "queued" },
        () => `started ${output.paint.bold(id)}\n${output.paint.dim(`what becomes of it: headgate runs show ${id}`)}`,
      );
      return EXIT.ok;
    }
    output.note(`started ${id}, waiting for its end`);
    const { status, error } = await runs.end(id);
    if (error !== undefined) output.note(error);
    output.result(
      { run: id, dag, status, ...(error === undefined ? {} : { error }) },
      () =>
        `${output.paint.bold(id)} ${statusText(status, output.paint)}${status === "succeeded" ? "" : `\n${output.paint.dim(`why: headgate runs show ${id}`)}`}`,
    );
    return status === "succeeded" ? EXIT.ok : EXIT.unsuccessful;
  });

  for (const [name, description, effect] of [
    ["pause", "Stops a DAG from starting. Events go on gathering, running runs go on.", "paused"],
    ["resume", "Lets a paused DAG start again, with what has gathered.", "active"],
  ] as const) {
    const change = verb(name).argument("<dag>", "its id").description(description);
    withExamples(change, [[`headgate dags ${name} orders-clean`, effect === "paused" ? "hold it" : "let it go on"]]);
    withOperator(change);
    act<OperatorOptions, [string]>(change, async ({ options, output, servers }, dag) => {
      const all = await servers();
      await assertDag(all, dag);
      const state = await (await all.registry())[name](dag, askedBy(options));
      output.result(
        jsonView(state),
        () => `${output.paint.bold(dag)} is ${statusText(effect, output.paint)}: ${state.pending} events pending, ${state.running} runs running`,
      );
      return undefined;
    });
  }
}

async function rowsOf({ registry, store }: Servers): Promise<readonly DagRow[]> {
  const state = await (await registry()).state();
  const stored = await unlessStoreIsAway(
    async () => {
      const opened = await store();
      const catalogs = await Promise.all(state.projects.map(({ hash }) => opened.catalogByHash(hash)));
      return { dags: await opened.listDags(), catalogs: catalogs.filter((catalog) => catalog !== undefined) };
    },
    () => ({ dags: [], catalogs: [] }),
  );
  return dagRows(state.consumers, stored.dags, stored.catalogs);
}

/** Starts a DAG with what has gathered for it. */
async function runPending(servers: Servers, dag: string, options: RunOptions, output: Output): Promise<ExitCode> {
  const wrong = (["id", "params", "partition"] as const).find((name) => options[name] !== undefined);
  if (wrong !== undefined)
    throw new HeadgateError("E_USAGE", `--${wrong} is for a run that takes nothing`, { where: `--${wrong}`, hint: "with --with-pending, name a key: --key" });
  const done = await (await servers.registry()).fire(dag, { ...askedBy(options), ...defined({ key: options.key }) });
  const runs = await servers.runs();
  const ends = options.wait === true ? await Promise.all(done.runs.map((run) => runs.wait(run))) : [];
  output.result({ dag, ...done, ...(options.wait === true ? { ends } : {}) }, () =>
    done.runs.length === 0
      ? `nothing has gathered for ${dag}, so nothing was started`
      : [
          `started ${count(done.runs.length, "run")} of ${output.paint.bold(dag)} with ${count(done.events, "event")}`,
          ...done.runs.map((run, index) => `  ${run}${ends[index] === undefined ? "" : ` ${statusText(ends[index], output.paint)}`}`),
        ].join("\n"),
  );
  return ends.every((end) => end === "succeeded") ? EXIT.ok : EXIT.unsuccessful;
}

/** Throws `E_DAG_UNKNOWN`, with the nearest name that there is. */
export async function assertDag({ registry }: Servers, dag: string): Promise<void> {
  const known = await registry();
  if ((await known.dag(dag)) === null)
    throw unknownDag(
      dag,
      (await known.state()).consumers.map((one) => one.dag),
    );
}

export function unknownDag(dag: string, known: readonly string[]): HeadgateError {
  return unknownName("E_DAG_UNKNOWN", `no deployed DAG is called ${dag}`, dag, known, "`headgate dags list` shows what is deployed, `headgate deploy` deploys");
}

export function paramsOf(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  const params = parseJson(text, "--params");
  if (typeof params === "object" && params !== null && !Array.isArray(params)) return params as JsonObject;
  throw new HeadgateError("E_PARAMS", `the parameters of a run are a JSON object, got ${text.slice(0, 80)}`, {
    where: "--params",
    hint: `write --params '{"full": true}'`,
  });
}
