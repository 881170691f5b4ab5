import type { Command } from "commander";
import { unlessStoreAway } from "../api/frame/unless-store-away.ts";
import type { ApiClient } from "../client/http/api-client.ts";
import { defined } from "../core/defined.ts";
import { HeadgateError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { readView } from "../core/json-view.ts";
import type { Plan } from "../core/plan.ts";
import type { EndStatus } from "../core/run.ts";
import type { RunSummary } from "../store/queries/runs.ts";
import { type DagDetails, rowOf } from "./dag-rows.ts";
import { dagsText, dagText } from "./dags-text.ts";
import { act } from "./frame/command.ts";
import { EXIT, type ExitCode } from "./frame/exit-codes.ts";
import { firstOf, pageFor } from "./frame/first-of.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { type OperatorOptions, whyOf, withOperator } from "./frame/operator.ts";
import type { Output } from "./frame/output.ts";
import { parseJson } from "./read-events.ts";
import { count } from "./text/count-text.ts";
import { statusText } from "./text/status-text.ts";

/** Most DAGs that are listed: more than a person reads. */
const MOST = 100_000;

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
  const verb = (name: string): Command => withSettings(withOutput(dags.command(name)), API_SETTINGS);

  const list = verb("list").description("Lists the deployed DAGs with what they do now.");
  withExamples(list, [["headgate dags list", "what is paused, what waits, what runs"]]);
  act(list, async ({ api, output }) => {
    const rows = await firstOf((await api()).items("/v1/dags", { query: { limit: pageFor(MOST) } }), MOST);
    output.result(rows, () => (rows.length === 0 ? "nothing is deployed: `headgate deploy` deploys the project" : dagsText(rows.map(rowOf), output)));
    return undefined;
  });

  const show = verb("show").argument("<dag>", "its id").description("Shows a DAG: its condition, its policy, its tasks and its newest runs.");
  withExamples(show, [["headgate dags show orders-clean", "what it is"]]);
  act<object, [string]>(show, async ({ api, output }, dag) => {
    const asked = await api();
    const params = { dag };
    const found = await asked.get("/v1/dags/{dag}", { params });
    const runs = await unlessStoreAway(
      async () => (await asked.get("/v1/dags/{dag}/runs", { params, query: { limit: 10 } })).items,
      () => [],
    );
    const details: DagDetails = { ...rowOf(found), plan: found.plan as unknown as Plan, runs: readView<readonly RunSummary[]>(runs) };
    output.result({ ...found, runs }, () => dagText(details, output));
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
  act<RunOptions, [string]>(run, async ({ api, options, output }, dag) => {
    const asked = await api();
    if (options.withPending === true) return await runPending(asked, dag, options, output);
    const { partition, reason } = options;
    const id = options.id ?? `${dag}/manual-${new Date().toISOString().replace(/[:.]/g, "-")}`;
    const body = { id, ...defined({ params: paramsOf(options.params), partition, reason }) };
    const started = await asked.post("/v1/dags/{dag}/trigger", { params: { dag }, body });
    const { run: made } = started;
    if (options.wait !== true) {
      output.result(started, () => `started ${output.paint.bold(made)}\n${output.paint.dim(`what becomes of it: headgate runs show ${made}`)}`);
      return EXIT.ok;
    }
    output.note(`started ${made}, waiting for its end`);
    const { status, error } = await endOf(asked, made);
    if (error !== undefined) output.note(error);
    output.result(
      { run: made, dag, status, ...defined({ error }) },
      () =>
        `${output.paint.bold(made)} ${statusText(status, output.paint)}${status === "succeeded" ? "" : `\n${output.paint.dim(`why: headgate runs show ${made}`)}`}`,
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
    act<OperatorOptions, [string]>(change, async ({ api, options, output }, dag) => {
      const asked = await api();
      const state = await asked.post(name === "pause" ? "/v1/dags/{dag}/pause" : "/v1/dags/{dag}/resume", { params: { dag }, body: whyOf(options) });
      output.result(
        state,
        () => `${output.paint.bold(dag)} is ${statusText(effect, output.paint)}: ${state.pending} events pending, ${state.running} runs running`,
      );
      return undefined;
    });
  }
}

/** The end of a run, however long it takes. */
async function endOf(api: ApiClient, run: string): Promise<{ readonly status: EndStatus; readonly error?: string }> {
  for (;;) {
    const { status, error } = await api.get("/v1/runs/{run}/end", { params: { run } });
    if (status !== null) return { status, ...defined({ error }) };
  }
}

/** Starts a DAG with what has gathered for it. */
async function runPending(api: ApiClient, dag: string, options: RunOptions, output: Output): Promise<ExitCode> {
  const wrong = (["id", "params", "partition"] as const).find((name) => options[name] !== undefined);
  if (wrong !== undefined)
    throw new HeadgateError("E_USAGE", `--${wrong} is for a run that takes nothing`, { where: `--${wrong}`, hint: "with --with-pending, name a key: --key" });
  const done = await api.post("/v1/dags/{dag}/fire", { params: { dag }, body: { ...whyOf(options), ...defined({ key: options.key }) } });
  const ends = options.wait === true ? await Promise.all(done.runs.map(async (run) => (await endOf(api, run)).status)) : [];
  output.result({ ...done, ...(options.wait === true ? { ends } : {}) }, () =>
    done.runs.length === 0
      ? `nothing has gathered for ${dag}, so nothing was started`
      : [
          `started ${count(done.runs.length, "run")} of ${output.paint.bold(dag)} with ${count(done.events, "event")}`,
          ...done.runs.map((run, index) => `  ${run}${ends[index] === undefined ? "" : ` ${statusText(ends[index], output.paint)}`}`),
        ].join("\n"),
  );
  return ends.every((end) => end === "succeeded") ? EXIT.ok : EXIT.unsuccessful;
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
