import { Worker } from "@temporalio/worker";
import { beforeAll, describe, expect, it } from "vitest";
import { createWaitingActivity } from "../../../activities/waiting-task.ts";
import { triggersOf } from "../../../core/names.ts";
import type { Source } from "../../../core/source.ts";
import { createDefinitionSet } from "../../../runtime/definition-set.ts";
import { airflowServer } from "../../../scripts/servers/airflow.ts";
import { type AirflowAssetEvent, type AirflowRunEnd, airflowAssets, airflowRuns } from "../../../watchers/airflow/index.ts";
import { createMemoryOutbox } from "../../../watchers/outbox-memory.ts";
import { matcherOf, takeItems } from "../../../watchers/take-items.ts";
import { describeWithServer } from "../../support/servers.ts";
import { type Scene, until, useServer, withScene } from "../../workflows/run-scene.ts";
import type { CrashPoint } from "../crash.ts";
import { expectKilledSessionLosesNothing } from "../killed/killed-session.ts";
import { sourceContract } from "../source-contract.ts";
import { readSource } from "../source-reading.ts";
import { AIRFLOW_DAGS } from "./airflow-dags.ts";
import { clientOf, createAssetWorld, silent } from "./airflow-world.ts";

/** One Airflow for all of it: to start one takes longer than to use it. */
await describeWithServer("Airflow", airflowServer, (airflow) => {
  const temporal = useServer();
  const connection = (): string => airflow().env.HEADGATE_CONN_AIRFLOW as string;
  const ask = <T>(path: string): Promise<T> =>
    clientOf(airflow())
      .ask({ path })
      .then(({ body }) => body as T);

  sourceContract("asset events of Airflow", () => createAssetWorld(airflow()));

  // One after the other: its SQLite takes one writer. Nothing is told to Airflow, so there are no more steps.
  it.each(["before append", "after append", "after send"] satisfies CrashPoint[])(
    "a session that is killed (kill -9) %s loses and doubles nothing",
    { timeout: 180_000 },
    async (point) => {
      const world = await createAssetWorld(airflow());
      const options = { connection: connection(), assets: world.uri };
      await expectKilledSessionLosesNothing(
        {
          source: { kind: "airflow", options },
          lease: 0,
          put: (name) => world.put(name),
          nameOf: (data) => (data as AirflowAssetEvent).extra.name as string,
          dispose: world.dispose,
        },
        point,
      );
    },
  );

  describe("d.airflow", () => {
    /** A worker for tasks and one for what waits, as `headgate worker` has them. */
    async function scene(body: (scene: Scene) => Promise<void>): Promise<void> {
      await withScene(
        temporal,
        async (one) => {
          const outbox = createMemoryOutbox();
          const { heard } = one;
          const recorder = {
            attempt: (record: (typeof heard.attempts)[number]) => void heard.attempts.push(record),
            task: (record: (typeof heard.tasks)[number]) => void heard.tasks.push(record),
            log: () => undefined,
          };
          const waiting = await Worker.create({
            connection: temporal.connection,
            namespace: temporal.namespace,
            taskQueue: triggersOf(one.taskQueue),
            maxHeartbeatThrottleInterval: "1s",
            activities: {
              default: createWaitingActivity({
                ...{ definitions: createDefinitionSet(AIRFLOW_DAGS), outbox, kept: outbox.kept, recorder, logger: silent, worker: "test" },
                ...{ connections: { uri: connection }, stopping: new AbortController().signal },
              }),
            },
          });
          await waiting.runUntil(() => body(one));
        },
        { dags: AIRFLOW_DAGS },
      );
    }
    const runsOf = async (noteOf: string): Promise<readonly { readonly dag_run_id: string; readonly state: string }[]> => {
      const { dag_runs } = await ask<{ dag_runs: readonly { dag_run_id: string; state: string; note: string | null }[] }>(
        "/dags/orders_load/dagRuns?limit=100",
      );
      return dag_runs.filter(({ note }) => note?.includes(noteOf) === true);
    };

    it("starts a DAG with a conf made of what it needs, and gives what a task there returned", () =>
      scene(async ({ run, heard }) => {
        const { handle, result, error } = await run("moves", { params: { rows: 7 } });
        expect(error).toBeUndefined();
        expect(result).toMatchObject({ status: "succeeded" });
        expect(heard.lines.map(({ fields }) => fields)).toEqual([{ rows: 7 }]);
        expect(await runsOf(handle.workflowId)).toMatchObject([{ state: "success" }]);
        const whys = heard.tasks.filter(({ task, status }) => task === "load" && status === "waiting").map(({ why }) => why);
        expect(whys.at(-1)).toMatch(/^waits for run headgate__moves_.* of DAG orders_load in Airflow/);
      }));

    it("fails with the names of the tasks that failed there", () =>
      scene(async ({ run }) => {
        const { error } = await run("fails");
        expect(error?.message).toMatch(/run headgate__fails_.* of DAG orders_load failed in Airflow: load/);
        expect(error?.type).toBe("E_AIRFLOW");
      }));

    it("clears what failed when it is tried again: there is one run", () =>
      scene(async ({ run, heard }) => {
        const { handle, result } = await run("fails-once");
        expect(result).toMatchObject({ status: "succeeded" });
        const [only, ...others] = await runsOf(handle.workflowId);
        expect(others).toEqual([]);
        expect(heard.lines.map(({ fields }) => fields)).toEqual([{ run: only?.dag_run_id, state: "success" }]);
        expect(heard.attempts.filter(({ task, status }) => task === "load" && status === "failed")).toHaveLength(1);
      }));

    it("ends the run there when ours is cancelled", () =>
      scene(async ({ start }) => {
        const handle = await start("lasts");
        await until(async () => ((await runsOf(handle.workflowId))[0]?.state === "running" ? true : undefined), 60_000);
        await handle.cancel();
        await expect(handle.result()).rejects.toMatchObject({ cause: { name: "CancelledFailure" } });
        expect(await runsOf(handle.workflowId)).toMatchObject([{ state: "failed" }]);
      }));

    it("says so at once if Airflow has no such DAG", () =>
      scene(async ({ run }) => {
        expect((await run("unknown")).error?.message).toContain('Airflow has no DAG "nobody"');
      }));
  });

  describe("ends of DAG runs", () => {
    // Paused, so that a run is what the test says it is.
    const name = "never_runs";
    let end: (run: string, state: string) => Promise<unknown>;
    beforeAll(async () => {
      const client = clientOf(airflow());
      await client.ask({ method: "PATCH", path: `/dags/${name}`, body: { is_paused: true } });
      end = async (run, state) => {
        await client.ask({ method: "POST", path: `/dags/${name}/dagRuns`, body: { dag_run_id: run, logical_date: null, conf: { run } }, expects: [409] });
        await client.ask({ method: "PATCH", path: `/dags/${name}/dagRuns/${run}`, body: { state } });
      };
    });
    const source = (options: Partial<Parameters<typeof airflowRuns>[0]> = {}) => airflowRuns({ connection: "airflow", dags: name, ...options });
    const read = (options: Parameters<typeof source>[0], startAt: "now" | "beginning") => readSource(source(options), { connection, startAt });

    it("are items, those that are asked for, and a run that is cleared and ends once more is another one", async () => {
      await end("a", "success");
      await end("b", "failed");
      const succeeded = read({}, "beginning");
      const all = read({ states: ["success", "failed"] }, "beginning");
      const others = read({ dags: "orders" }, "beginning");
      await until(() => (succeeded.items.length === 1 && all.items.length === 2) || undefined);
      expect(all.items.map(({ run, state, conf }: AirflowRunEnd) => [run, state, conf])).toEqual([
        ["a", "success", { run: "a" }],
        ["b", "failed", { run: "b" }],
      ]);
      await clientOf(airflow()).ask({ method: "POST", path: `/dags/${name}/dagRuns/b/clear`, body: { dry_run: false } });
      await end("b", "success");
      await until(() => (succeeded.items.length === 2 && all.items.length === 3) || undefined);
      expect(new Set(all.items.map((item) => source().identify(item).id)).size).toBe(3);
      expect(others.items).toEqual([]);
      await Promise.all([succeeded.stop(), all.stop(), others.stop()]);
    });

    it("can be waited for by a task, which passes over those of before", async () => {
      await end("before", "success");
      const outbox = createMemoryOutbox();
      const lines: string[] = [];
      const log = { info: (line: string) => void lines.push(line), warn: () => undefined };
      const reads = { source: source() as unknown as Source, every: 50, startAt: "now", match: (item: AirflowRunEnd) => item.run === "wanted" };
      const isWanted = matcherOf(reads, {});
      const taken = takeItems(
        { reads, reader: "wait/x", task: "x", max: 1, patience: undefined, signal: new AbortController().signal, ...(isWanted ? { isWanted } : {}) },
        { outbox, kept: outbox.kept, connection, log },
      );
      await until(() => lines.find((line) => line.includes("taken as known")));
      await end("other", "success");
      await end("wanted", "success");
      expect(await taken).toBe(1);
      expect(await outbox.kept.list("x")).toMatchObject([{ run: "wanted", state: "success" }]);
    });
  });

  it("an event of an asset that a real task updated says which task it was, and a batch of them can be consumed", async () => {
    const outbox = createMemoryOutbox();
    const reads = { source: airflowAssets({ connection: "airflow", assets: "s3://lake/raw/orders/" }) as unknown as Source, every: 50, startAt: "beginning" };
    const taken = await takeItems(
      { reads, reader: "consume/x", task: "x", max: 1, patience: 60_000, signal: new AbortController().signal },
      { outbox, kept: outbox.kept, connection, log: silent },
    );
    expect(taken).toBe(1);
    expect(await outbox.kept.one("x", 0)).toMatchObject({
      uri: "s3://lake/raw/orders",
      dag: "orders_load",
      task: "load",
      mapIndex: null,
      extra: { rows: expect.any(Number) },
    });
  });
});
