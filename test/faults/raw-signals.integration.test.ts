import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { SIGNALS } from "../../core/registry-protocol.ts";
import { DEFAULT_SETTINGS } from "../../workflows/registry-carry.ts";
import { check, findRuns, NOTHING_FOUND } from "./checker.ts";
import { batch, checked, each } from "./dags/faults.ts";
import type { FaultWorker } from "./fault-worker.ts";
import { linesOf } from "./generator.ts";
import type { SentRound } from "./raw-sender.ts";
import { openScene, type Scene } from "./scene.ts";
import { temporalCli } from "./temporal-cli.ts";
import { until } from "./until.ts";

const KILLS = 2;
const HAND_STARTED = KILLS + 1;

it("a barrage of raw signals meets a registry that is killed and continues as new: each good event is in one run, each bad one has its reason", {
  timeout: 280_000,
}, async () => {
  await using scene = await openScene({ settings: { ...DEFAULT_SETTINGS, historyLimit: 250, silentAfter: 3_000, lookEvery: 2_000 } });
  let worker = await scene.startWorker();
  await scene.deploy();
  const registry = scene.client.workflow.getHandle(scene.names.registry);
  const lives = new Set<string>();
  const sent = join(scene.folder, "sent.jsonl");
  const sender = startSender(scene, sent);
  const killed: FaultWorker[] = [];
  for (let n = 0; n < KILLS; n += 1) {
    const [before, rounds] = [scene.lines().length, linesOf(sent).length];
    await until(
      "tasks and signals go on",
      () => scene.lines().length > before + 10 && linesOf(sent).length > rounds + 5,
      120_000,
      async () =>
        `${scene.lines().length} lines, ${linesOf(sent).length} rounds; ${JSON.stringify(await scene.registry.state())}\n${worker.output().slice(-3_000)}`,
    );
    await startByHand(scene, `hand-${n}`);
    killed.push(worker);
    await worker.kill();
    lives.add((await registry.describe()).runId);
    worker = await scene.startWorker();
  }
  sender.send("stop");
  await once(sender, "exit");
  expect(sender.exitCode).toBe(0);
  await startByHand(scene, `hand-${KILLS}`);
  // Somebody's workflow is there, and no run of the DAG; and by the CLI, as a person sends it.
  const { runId } = await registry.describe();
  const mistaken = { run: scene.names.registry, temporalRunId: runId, dag: "fault-each", status: "succeeded", outlets: [] };
  await registry.signal(SIGNALS.runEnded, mistaken);
  const byCli = JSON.stringify({ ...mistaken, run: "fault-each/by-cli", temporalRunId: randomUUID() });
  // A server that is busy says so, and a person types it again.
  await until("the CLI was heard", () =>
    temporalCli(scene.servers, "workflow", "signal", "--workflow-id", scene.names.registry, "--name", SIGNALS.runEnded, "--input", byCli).then(() => true),
  );

  const rounds = linesOf<SentRound>(sent);
  for (const { inputs } of rounds) for (const { asset, id } of inputs) scene.generator.note({ uri: asset }, [id]);
  await scene.settle();
  lives.add((await registry.describe()).runId);

  const idOf = (event: { readonly id: string; readonly data: object }): string => ("tag" in event.data ? String(event.data.tag) : event.id);
  for (const [dag, asset] of [
    ["fault-each", each.uri],
    ["fault-batch", batch.uri],
    ["fault-checked", checked.uri],
  ] as const) {
    const { findings, runs } = await check(scene, { dag, asset, idOf });
    expect({ dag, ...findings }).toEqual({ dag, ...NOTHING_FOUND });
    expect(runs.length).toBeGreaterThan(0);
  }
  const named = (await scene.store.listRejected({ limit: 100_000 })).map(({ code, event }) => [code, nameOf(event)]);
  const expected = [...rounds.flatMap(({ rejected }) => rejected), ["E_RUN_UNKNOWN", mistaken.run], ["E_RUN_UNKNOWN", "fault-each/by-cli"]];
  expect(named.map(String).sort()).toEqual(expected.map(String).sort());
  expect(await repeatsOf(scene)).toBe(rounds.reduce((sum, { repeats }) => sum + repeats, 0));

  // No true end was taken for a forged one: both outlets of each run that a person started were taken, once.
  const taken = (await findRuns(scene.client, scene.queue, "fault-twice-after")).flatMap(({ events }) => events.map(({ id }) => id));
  expect(new Set(taken).size).toBe(taken.length);
  expect(taken).toHaveLength(2 * HAND_STARTED);
  // The faults happened.
  expect(new Set(scene.lines().map(({ pid }) => pid)).size).toBeGreaterThan(1);
  expect(killed).toHaveLength(KILLS);
  expect(lives.size).toBeGreaterThan(1);
});

function startSender({ servers, names }: Scene, file: string): ChildProcess {
  const script = fileURLToPath(new URL("raw-sender.ts", import.meta.url));
  return spawn(
    process.execPath,
    ["--conditions=headgate-source", "--import", import.meta.resolve("tsx"), script, servers.temporalAddress, servers.namespace, names.registry, file],
    { stdio: ["ignore", "inherit", "inherit", "ipc"] },
  );
}

/** A run that only announces itself: its outlets reach the registry with its end. */
async function startByHand(scene: Scene, id: string): Promise<void> {
  await scene.client.workflow.start("fault-twice", { taskQueue: scene.queue, workflowId: `${scene.names.environment}/${id}`, args: [] });
}

function nameOf(event: unknown): string | null {
  const { id, run } = (event ?? {}) as { readonly id?: string; readonly run?: string };
  return id ?? run ?? null;
}

/** Repeats are counted, and only some of them kept. */
async function repeatsOf({ store }: Scene): Promise<number> {
  const counters = await store.countersOf();
  return counters.reduce((sum, { kind, count }) => sum + (kind === "duplicate" ? Number(count) : 0), 0);
}
