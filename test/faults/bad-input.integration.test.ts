import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createPublisher } from "../../client/publisher.ts";
import { signalSender } from "../../client/signal-sender.ts";
import type { ErrorCode } from "../../core/error-codes.ts";
import { SIGNALS } from "../../core/registry-protocol.ts";
import { check, findRuns, NOTHING_FOUND } from "./checker.ts";
import { checked, days, each, results, twice } from "./dags/faults.ts";
import { openScene } from "./scene.ts";
import { temporalCli } from "./temporal-cli.ts";

const MB = 1024 * 1024;

describe.concurrent("bad input", () => {
  it("gets a coded error where a person looks, and everything else goes on", { timeout: 150_000 }, async () => {
    await using scene = await openScene();
    await scene.startWorker();
    await scene.deploy();
    const registry = scene.client.workflow.getHandle(scene.names.registry);
    const signal = (...events: unknown[]): Promise<void> => registry.signal(SIGNALS.assetUpdated, events);

    // By the Temporal CLI: payloads that nobody can decode, and what is no event.
    const sendRaw = (input: string, ...more: string[]): Promise<string> =>
      temporalCli(scene.servers, "workflow", "signal", "--workflow-id", scene.names.registry, "--name", SIGNALS.assetUpdated, "--input", input, ...more);
    await sendRaw('{"asset":"fault://lake/each"}', "--input-meta", "encoding=binary/encrypted");
    await sendRaw('"just a text"');
    await sendRaw('{"asset":"fault://lake/each"}', "--input-meta", "encoding=binary/plain");
    await sendRaw(`{"asset":"${each.uri}","id":"first","time":"yesterday"}`, "--input", `{"asset":"${each.uri}","id":"second-argument"}`);
    await registry.signal("assetupdated", { asset: each.uri, id: "misspelt" });
    await sendRaw(`{"asset":"${each.uri}","colour":"red"}`);
    await registry.signal(SIGNALS.watcherBatch, { watcher: "x" });
    await registry.signal(SIGNALS.runEnded, "nonsense");
    // Of assets with a schema, with partitions, and of assets that nobody knows.
    await signal({ asset: checked.uri, id: "breaks", data: { n: "not a number" } }, { asset: checked.uri, id: "fits", data: { n: 1 } });
    await signal({ asset: days.uri, id: "grain", partition: "2026-11-23T05" }, { asset: days.uri, id: "missing" });
    await signal({ asset: days.uri, id: "no-day", partition: "2026-02-30" });
    await signal({ asset: "fault://lake/nobody", id: "unknown" });
    await signal({ asset: "no uri at all", id: "no-uri" });
    // Large ones: 1 MB is what the server still takes.
    await signal({ asset: each.uri, id: "large", data: { text: "x".repeat(MB) } });
    await signal({ asset: checked.uri, id: "large-checked", data: { n: 1, text: "x".repeat(MB) } });
    const publisher = createPublisher({ send: signalSender(scene.client, scene.names.registry) });
    await expect(publisher.publish([{ asset: each.uri, data: { text: "x".repeat(3 * MB) } }])).rejects.toMatchObject({ code: "E_EVENT_SIZE" });
    await publisher.publish([
      { asset: results.uri, id: "not-json" },
      { asset: results.uri, id: "large" },
      { asset: results.uri, id: "fine" },
    ]);
    await publisher.close();
    // Runs that a person starts with what cannot be run.
    const start = (dag: string, id: string, ...args: unknown[]): Promise<unknown> =>
      scene.client.workflow.execute(dag, { taskQueue: scene.queue, workflowId: `${scene.names.environment}/${id}`, args });
    const failed = (run: Promise<unknown>, code: ErrorCode): Promise<void> => expect(run).rejects.toMatchObject({ cause: { type: code } });
    await Promise.all([
      failed(start("fault-days", "plan-gone", { plan: "0".repeat(64) }), "E_PLAN_GONE"),
      failed(start("no-such-dag", "dag-unknown"), "E_DAG_UNKNOWN"),
      failed(start("fault-days", "input", "nonsense"), "E_RUN_INPUT"),
      start("fault-twice", "twice"),
    ]);
    // The others go on.
    await scene.generator.publish(each, 20);
    await scene.settle();
    const { findings, runs } = await check(scene, { dag: "fault-each", asset: each.uri });
    expect(findings).toEqual(NOTHING_FOUND);
    expect(runs.flatMap((run) => run.events)).toHaveLength(20);

    const rejected = (await scene.store.listRejected({ limit: 1_000 })).map(({ code, event }) => [code, (event as { id?: string } | null)?.id ?? null]);
    expect(rejected.sort()).toEqual(
      [
        ["E_EVENT_UNDECODABLE", null],
        ["E_EVENT_UNDECODABLE", null],
        ["E_EVENT", "first"],
        ["E_EVENT", "second-argument"],
        ["E_EVENT", "misspelt"],
        ["E_EVENT", null],
        ["E_EVENT", null],
        ["E_EVENT", null],
        ["E_EVENT", null],
        ["E_EVENT_DATA", "breaks"],
        ["E_EVENT_PARTITION", "grain"],
        ["E_EVENT_PARTITION", "missing"],
        ["E_EVENT_PARTITION", "no-day"],
        ["E_ASSET_URI", "no-uri"],
        ["E_EVENT_SIZE", null],
        ["E_EVENT_SIZE", null],
      ].sort(),
    );
    expect((await scene.store.listWarnings({ code: "W_UNKNOWN_ASSET" })).map(({ text }) => text).join()).toContain("fault://lake/nobody");
    expect(
      scene
        .lines()
        .filter((line) => line.run.startsWith("fault-checked/"))
        .map((line) => line.event),
    ).toEqual(["fits"]);

    // Results that no task may return fail their own runs, and say so.
    const byEvent = new Map((await findRuns(scene.client, scene.queue, "fault-results")).map((run) => [run.events[0]?.id, run]));
    const codeOf = async (id: string): Promise<unknown> => (await scene.store.showRun(byEvent.get(id)?.run ?? ""))?.attempts.at(-1)?.code;
    expect([await codeOf("not-json"), await codeOf("large")]).toEqual(["E_RESULT_JSON", "E_RESULT_SIZE"]);
    expect(["not-json", "large", "fine"].map((id) => byEvent.get(id)?.status)).toEqual(["FAILED", "FAILED", "COMPLETED"]);

    // Two publishes of one asset in one task are two events, and each is taken.
    const published: string[] = [];
    for await (const event of scene.store.recordedEvents({ assets: [twice.uri], since: 0 })) published.push(event.id);
    expect(new Set(published).size).toBe(2);
    expect(
      scene
        .lines()
        .filter((line) => line.run.startsWith("fault-twice-after/"))
        .map((line) => line.event)
        .sort(),
    ).toEqual([...published].sort());
  });

  it("such as a namespace without our search attributes costs the search, and nothing else", { timeout: 90_000 }, async () => {
    const namespace = `bare-${randomBytes(4).toString("hex")}`;
    await using scene = await openScene({ namespace });
    const worker = await scene.startWorker();
    await scene.deploy();
    await scene.generator.publish(each, 10);
    // By hand, too, and by dispatch.
    await scene.client.workflow.execute("fault-twice", { taskQueue: scene.queue, workflowId: "by-hand", args: [] });
    await scene.generator.publish(each, 30);
    await scene.settle();
    const { findings, runs } = await check(scene, { dag: "fault-each", asset: each.uri });
    expect(findings).toEqual(NOTHING_FOUND);
    expect(runs).toHaveLength(40);
    expect(worker.output()).toContain("E_SEARCH_ATTRIBUTES");
  });
});
