import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { WorkflowFailedError } from "@temporalio/client";
import { Worker } from "@temporalio/worker";
import { describe, expect, it } from "vitest";
import { HeadgateError } from "../../core/errors.ts";
import type { AssetEvent } from "../../core/event.ts";
import type { RunInput } from "../../core/run.ts";
import type { RunProgress } from "../../workflows/run-progress.ts";
import { DAGS } from "./run-dags.ts";
import { historyOf, type Scene, until, useServer, withScene } from "./run-scene.ts";
import { type ActivityOptions, nothingHeard, runActivities, withWorker } from "./run-world.ts";

const DAY = "2026-11-23";
const EVENT: AssetEvent = {
  seq: 1,
  asset: "s3://lake/raw",
  source: "x",
  id: "e1",
  time: Date.UTC(2026, 10, 23),
  at: 0,
  partition: DAY,
  data: { key: "a.csv" },
  hops: 2,
};

const server = useServer();
const scene = (body: (scene: Scene) => Promise<void>, options?: Parameters<typeof withScene>[2]): Promise<void> => withScene(server, body, options);

describe("a run", () => {
  it("of one task needs few events of history", () =>
    scene(async ({ run, heard }) => {
      const { handle, result } = await run("one", { params: {} });
      expect(result).toEqual({ status: "succeeded", tasks: { only: "succeeded" } });
      const events = await historyOf(handle);
      expect(events.length).toBeLessThanOrEqual(15);
      expect(heard.started).toMatchObject([{ run: handle.workflowId, dag: "one", cause: { kind: "person" } }]);
      expect(heard.ended).toMatchObject([{ run: handle.workflowId, temporalRunId: expect.any(String), dag: "one", status: "succeeded", outlets: [] }]);
    }));

  it("tears down what was set up, and tells how it ended, when it is cancelled and when its deadline passes", () =>
    scene(async ({ start, heard }) => {
      const [late, unwanted] = await Promise.all([start("rented"), start("rented")]);
      const linesOf = ({ workflowId }: { readonly workflowId: string }): unknown[] =>
        heard.lines.filter(({ run }) => run === workflowId).map(({ task, fields }) => ({ task, ...fields }));
      await until(() => heard.attempts.find(({ run, task }) => run === unwanted.workflowId && task === "work.waits"));
      await unwanted.cancel();
      await expect(unwanted.result()).rejects.toMatchObject({ cause: { name: "CancelledFailure" } });
      expect(linesOf(unwanted)).toEqual([{ task: "down", id: "c1" }]);

      await expect(late.result()).rejects.toMatchObject({ cause: { type: "E_RUN_DEADLINE", message: "the run did not end within 6s" } });
      const statuses = ["cancelled", "cancelled", "cancelled", "succeeded", "succeeded"];
      expect(linesOf(late)).toEqual([
        { task: "down", id: "c1" },
        { task: "alert", code: "E_RUN_DEADLINE", statuses },
      ]);
      expect(await late.query<RunProgress>("progress")).toMatchObject({
        status: "failed",
        tasks: expect.arrayContaining([expect.objectContaining({ task: "thank", status: "skipped" })]),
      });
      const { workflowBundle } = server;
      await expect(Worker.runReplayHistory({ workflowBundle }, await late.fetchHistory(), late.workflowId)).resolves.toBeUndefined();
    }));

  it("starts without any input", () =>
    scene(async ({ run }) => {
      expect((await run("one")).result).toMatchObject({ status: "succeeded" });
    }));

  it("hands events and values on, and publishes in order with ids, partition and hops", () =>
    scene(async ({ run, heard }) => {
      const { handle, result } = await run("lake", { partition: DAY, events: [EVENT] } satisfies RunInput);
      expect(result).toMatchObject({ tasks: { load: "succeeded", count: "succeeded", save: "succeeded" } });
      const { runId } = await handle.describe();
      const common = { source: "run:lake", partition: DAY, hops: 3 };
      expect(heard.published).toMatchObject([
        { ...common, asset: "s3://lake/flag", id: `${handle.workflowId}/${runId}/load/0`, data: {} },
        { ...common, asset: "s3://lake/clean", id: `${handle.workflowId}/${runId}/save/0`, data: { rows: 1 } },
        { ...common, asset: "s3://lake/clean", id: `${handle.workflowId}/${runId}/save/1`, data: { rows: 2 } },
        { ...common, asset: "s3://lake/mart", id: `${handle.workflowId}/${runId}/$dag/0`, data: {} },
      ]);
      expect(heard.ended[0]?.outlets).toHaveLength(3);
      await expect(Worker.runReplayHistory({ workflowBundle: server.workflowBundle }, await handle.fetchHistory(), handle.workflowId)).resolves.toBeUndefined();
      expect(heard.lines).toMatchObject([{ task: "save", attempt: 1, line: 1, level: "info", text: "saving", fields: { count: 1, day: DAY } }]);
      expect(heard.attempts.filter((one) => one.task === "load").map((one) => one.status)).toEqual(["running", "succeeded"]);
    }));

  it("that the registry started does not announce itself", () =>
    scene(async ({ run, heard }) => {
      await run("one", { decision: { epoch: "e", sequence: 1 }, cause: { kind: "condition", text: "raw" } } satisfies RunInput);
      expect(heard.started).toEqual([]);
      expect(heard.ended).toHaveLength(1);
    }));

  it("shows itself by query, search attributes, details and summaries", () =>
    scene(async ({ start, heard }) => {
      const handle = await start("patient", { partition: DAY });
      await until(() => heard.lines[0]);
      const progress = await until(async () => {
        const now = await handle.query<RunProgress>("progress");
        return now.tasks.some(({ task, status }) => task === "after" && status === "succeeded") ? now : undefined;
      });
      expect(progress).toMatchObject({ dag: "patient", partition: DAY, status: "running", plan: DAGS.find((dag) => dag.id === "patient")?.plan.hash });
      expect(progress.tasks.map(({ task, status }) => [task, status])).toEqual([
        ["waits", "running"],
        ["after", "succeeded"],
        ["next", "waiting"],
      ]);
      expect(await handle.query("plan")).toEqual(DAGS.find((dag) => dag.id === "patient")?.plan);
      const { searchAttributes } = await handle.describe();
      expect(searchAttributes).toMatchObject({ HeadgateDag: ["patient"], HeadgatePartition: [DAY] });
      const metadata = await handle.query<{ currentDetails: string }>("__temporal_workflow_metadata");
      expect(metadata.currentDetails).toContain("1 of 3 tasks done");
      const { events } = await handle.fetchHistory();
      const summary = events?.find((event) => event.activityTaskScheduledEventAttributes?.activityId === "waits")?.userMetadata?.summary;
      expect(Buffer.from(summary?.data ?? []).toString()).toBe(`"waits · ${DAY}"`);
      await handle.terminate();
    }));

  it("does not touch search attributes that the server lacks", () =>
    scene(
      async ({ run }) => {
        const { handle, result } = await run("one", { partition: DAY });
        expect(result).toMatchObject({ status: "succeeded" });
        expect(await historyOf(handle)).not.toContain("upsertWorkflowSearchAttributesEventAttributes");
      },
      { searchAttributes: false },
    ));

  it("follows branches and skips", () =>
    scene(async ({ run }) => {
      const { handle, result } = await run("forked");
      expect(result).toEqual({ status: "succeeded", tasks: { gate: "succeeded", left: "succeeded", right: "skipped", join: "succeeded", skips: "skipped" } });
      expect((await handle.query<RunProgress>("progress")).tasks.find((task) => task.task === "skips")?.why).toBe("nothing to do");
    }));

  it("hands a task to a worker elsewhere", () =>
    scene(async ({ run, heard, taskQueue }) => {
      const activities = { addUp: async ({ rows }: { rows: number[] }) => rows.reduce((a, b) => a + b, 0) };
      const { connection, namespace } = server;
      await withWorker({ connection, namespace, taskQueue: "elsewhere", activities }, async () => {
        expect((await run("remote")).result).toMatchObject({ tasks: { double: "succeeded" } });
      });
      expect(taskQueue).not.toBe("elsewhere");
      expect(heard.attempts.map((one) => one.task)).toEqual(["rows", "rows", "double", "double"]);
    }));
});

describe("a result over 256 KiB", () => {
  it("reaches the next task whole, and stands in the history as a reference", () =>
    scene(async ({ run }) => {
      const { handle, result } = await run("bulky");
      expect(result).toMatchObject({ status: "succeeded" });
      const history = await handle.fetchHistory();
      const { values } = await handle.query<{ values: [string, unknown][] }, [object]>("outcome", { values: ["rows", "count"] });
      expect(values).toEqual([
        ["rows", { $headgate: "kept", key: expect.stringMatching(/^result\/[0-9a-f]{16}$/), count: 300, bytes: expect.any(Number) }],
        ["count", 300],
      ]);
      expect(JSON.stringify(history.events).length).toBeLessThan(200_000);
      await expect(Worker.runReplayHistory({ workflowBundle: server.workflowBundle }, history, handle.workflowId)).resolves.toBeUndefined();
    }));
});

describe("a task that fails", () => {
  it("is tried again by its retries, without more history", () =>
    scene(async ({ run, heard }) => {
      const { handle, result } = await run("flaky");
      expect(result).toMatchObject({ status: "succeeded" });
      expect(heard.attempts.filter((one) => one.status !== "running").map((one) => [one.attempt, one.status])).toEqual([
        [1, "failed"],
        [2, "failed"],
        [3, "succeeded"],
      ]);
      expect((await historyOf(handle)).filter((event) => event === "activityTaskScheduledEventAttributes")).toHaveLength(1);
    }));

  it("says itself when it is worth trying again, and when it is not", () =>
    scene(async ({ run, heard }) => {
      const { error } = await run("wishful");
      expect(error).toMatchObject({ message: 'task "second-time" failed: the API has no such table' });
      expect(heard.attempts.filter((one) => one.status !== "running").map((one) => [one.attempt, one.status])).toEqual([
        [1, "failed"],
        [2, "failed"],
      ]);
    }));

  it("keeps message, stack and causes, and fails what waits for it", () =>
    scene(async ({ run, heard }) => {
      const { handle, error } = await run("broken");
      expect(error).toMatchObject({ type: "E_TASK_FAILED", message: 'task "fails" failed: could not write' });
      expect(error?.cause).toMatchObject({
        message: "could not write",
        stack: expect.stringContaining("run-dags.ts"),
        cause: { message: "disk full", type: "RangeError" },
      });
      expect(heard.ended).toMatchObject([{ status: "failed", error: 'task "fails" failed: could not write' }]);
      const progress = await handle.query<RunProgress>("progress");
      expect(progress.tasks.map(({ task, status, why }) => [task, status, why])).toEqual([
        ["fails", "failed", "could not write"],
        ["never", "failed", '"fails" failed'],
        ["cleanup", "succeeded", undefined],
      ]);
      expect(heard.attempts.find((one) => one.status === "failed")?.error).toMatch(/could not write[\s\S]*caused by: RangeError: disk full/);
    }));

  it("by its timeout says so, and its handler is told", () =>
    scene(async ({ run }) => {
      const { error } = await run("slow");
      expect(error).toMatchObject({ type: "E_TASK_TIMEOUT" });
      expect(error?.message).toContain("did not finish within 500 ms");
    }));

  it.each([
    ["map", "E_RESULT_JSON", "result.rows[0].counts is a Map"],
    ["large", "E_RESULT_SIZE", "70000002 bytes"],
    ["undeclared", "E_OUTLET_UNDECLARED", "s3://lake/whole"],
    ["silent", "E_OUTLET_SILENT", "s3://lake/clean"],
    ["grain", "E_EVENT_PARTITION", '"2026-11" does not fit s3://lake/clean'],
    ["data", "E_EVENT_DATA", "rows"],
  ])("with %s is refused with %s", (what, code, text) =>
    scene(async ({ run, heard }) => {
      const { error } = await run("bad", { params: { what }, partition: DAY });
      expect(error).toMatchObject({ type: code });
      expect(error?.message).toContain(text);
      expect(heard.published).toEqual([]);
    }),
  );
});

describe("a run that cannot begin", () => {
  it.each([
    ["an unknown DAG", "nobody", undefined, "E_DAG_UNKNOWN"],
    ["a plan that is gone", "one", { plan: "0".repeat(64) }, "E_PLAN_GONE"],
    ["parameters that do not fit", "bad", { params: { what: "else" } }, "E_PARAMS"],
    ["an input that is no object", "one", "now", "E_RUN_INPUT"],
    ["a field that does not exist", "one", { partitoin: DAY }, "E_RUN_INPUT"],
  ])("fails for %s with a code", (_, dag, input, code) =>
    scene(async ({ run }) => {
      const { handle, error } = await run(dag, input);
      expect(error).toMatchObject({ type: code });
      expect(await historyOf(handle)).not.toContain("workflowTaskFailedEventAttributes");
    }),
  );

  it("reports its end if the registry had decided on it", () =>
    scene(async ({ run, heard }) => {
      await run("one", { plan: "0".repeat(64), decision: { epoch: "e", sequence: 1 } });
      expect(heard.ended).toMatchObject([{ dag: "one", status: "failed", error: expect.stringContaining("neither on this worker nor in the catalogue") }]);
    }));

  it("names both plans if the worker lacks the task", async () => {
    const one = DAGS.find((dag) => dag.id === "one");
    if (one === undefined) throw new Error("no such DAG");
    const hash = "f".repeat(64);
    const [only] = one.plan.plan.tasks;
    if (only === undefined) throw new Error("no such task");
    const plan = { hash, plan: { ...one.plan.plan, tasks: [{ ...only, id: "gone", retries: 5 }] } };
    const heard = nothingHeard();
    const taskQueue = `runs-${randomUUID()}`;
    const activities = runActivities(heard, { searchAttributes: false, plans: { byHash: async () => plan, deployed: async () => undefined } });
    const { connection, namespace, workflowBundle, client } = server;
    await withWorker({ connection, namespace, taskQueue, workflowBundle, activities }, async () => {
      const error = await client.workflow
        .execute("one", { taskQueue, workflowId: randomUUID(), args: [{ plan: hash }] })
        .catch((failed: WorkflowFailedError) => failed.cause);
      expect(error).toMatchObject({ type: "E_TASK_GONE", message: expect.stringContaining(hash.slice(0, 12)) });
      expect((error as Error).message).toContain(one.plan.hash.slice(0, 12));
    });
    expect(heard.attempts.filter((attempt) => attempt.status === "failed")).toHaveLength(1);
  });
});

function refusing(asset: string): NonNullable<ActivityOptions["refuse"]> {
  return (events) => {
    if (events.some((event) => event.asset === asset)) throw new HeadgateError("E_EVENT_DATA", "rows is text");
  };
}

describe("what a run publishes", () => {
  it.each([
    ["in its middle", "s3://lake/flag", 3],
    ["at its end", "s3://lake/mart", 1],
  ])("and the registry refuses %s fails the run with the reason", (_, asset, published) =>
    scene(
      async ({ run, heard }) => {
        const { error } = await run("lake", { partition: DAY, events: [EVENT] });
        expect(error).toMatchObject({ type: "E_EVENT_DATA", message: "its outlets were refused: rows is text" });
        expect(heard.ended).toMatchObject([{ status: "failed" }]);
        expect(heard.published).toHaveLength(published);
      },
      { refuse: refusing(asset) },
    ),
  );

  it("waits until the registry can be reached again", () => {
    let left = 4;
    return scene(
      async ({ run, heard }) => {
        expect((await run("lake", { partition: DAY, events: [EVENT] })).result).toMatchObject({ status: "succeeded" });
        expect(heard.published).toHaveLength(4);
        expect(left).toBe(0);
        // sdk-core panics, loudly and without harm, if a worker stops before the timeout of a failed local activity is over.
        await sleep(10_500);
      },
      {
        refuse: () => {
          if (left > 0) {
            left -= 1;
            throw new HeadgateError("E_REGISTRY_UNREACHABLE", "no answer");
          }
        },
      },
    );
  });
});

describe("the end of a run, by the sink of its worker", () => {
  const decided = { partition: DAY, events: [EVENT], decision: { epoch: "e", sequence: 1 }, cause: { kind: "condition", text: "raw" } } satisfies RunInput;

  it("leaves nothing in the history, and the run is not closed before it is accepted", () => {
    let accept: (() => void) | undefined;
    return scene(
      async ({ start, heard }) => {
        const handle = await start("one", decided);
        const accepts = await until(() => accept);
        expect((await handle.describe()).status.name).toBe("RUNNING");
        accepts();
        expect(await handle.result()).toMatchObject({ status: "succeeded" });
        expect(heard.ended).toMatchObject([{ run: handle.workflowId, status: "succeeded" }]);
        // The plan was loaded.
        expect((await historyOf(handle)).filter((event) => event === "markerRecordedEventAttributes")).toHaveLength(1);
      },
      {
        endBySink: true,
        takesEnd: () =>
          new Promise((resolve) => {
            accept = resolve;
          }),
      },
    );
  });

  it("goes the patient way if the registry does not take it in time", () => {
    let calls = 0;
    return scene(
      async ({ run, heard }) => {
        const { handle, result } = await run("lake", decided);
        expect(result).toMatchObject({ status: "succeeded" });
        expect(calls).toBe(2);
        expect(heard.ended).toHaveLength(1);
        expect(heard.published).toHaveLength(4);
        const events = await historyOf(handle);
        expect(events).toContain("workflowExecutionSignaledEventAttributes");
        // The closing that had not seen the signal was refused.
        expect(events.filter((event) => event === "workflowTaskFailedEventAttributes")).toHaveLength(1);
        await expect(
          Worker.runReplayHistory({ workflowBundle: server.workflowBundle }, await handle.fetchHistory(), handle.workflowId),
        ).resolves.toBeUndefined();
      },
      {
        endBySink: true,
        takesEnd: () => {
          calls += 1;
          return calls === 1 ? new Promise<void>(() => undefined) : Promise.resolve();
        },
      },
    );
  });

  it("fails the run with the reason if the registry refuses its outlets", () =>
    scene(
      async ({ run, heard }) => {
        const { error } = await run("lake", decided);
        expect(error).toMatchObject({ type: "E_EVENT_DATA", message: "its outlets were refused: rows is text" });
        expect(heard.ended).toMatchObject([{ status: "failed" }]);
        expect(heard.published).toHaveLength(1);
      },
      { endBySink: true, refuse: refusing("s3://lake/mart") },
    ));
});

describe("a cancelled run", () => {
  it("tells the handler, waits for it, starts nothing more and closes as cancelled", () =>
    scene(async ({ start, heard }) => {
      const handle = await start("patient");
      await until(() => heard.lines[0]);
      await handle.cancel();
      await expect(handle.result()).rejects.toMatchObject({ cause: { name: "CancelledFailure" } });
      expect((await handle.describe()).status.name).toBe("CANCELLED");
      expect(heard.lines.map((line) => line.text)).toEqual(["waiting", "told to stop"]);
      expect(heard.ended).toMatchObject([{ status: "cancelled" }]);
      expect((await handle.query<RunProgress>("progress")).tasks.map(({ task, status }) => [task, status])).toEqual([
        ["waits", "cancelled"],
        ["after", "succeeded"],
        ["next", "cancelled"],
      ]);
    }));
});
