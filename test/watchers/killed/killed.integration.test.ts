import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { childEnvironment } from "../../../runtime/config.ts";
import { postgresServer } from "../../../scripts/servers/postgres.ts";
import { pubsubServer } from "../../../scripts/servers/pubsub.ts";
import { s3Server } from "../../../scripts/servers/s3.ts";
import type { EntityOptions } from "../../../scripts/servers/service-bus/entity.ts";
import { serviceBusServer } from "../../../scripts/servers/service-bus.ts";
import { sftpServer } from "../../../scripts/servers/sftp.ts";
import { sqsServer } from "../../../scripts/servers/sqs.ts";
import type { OutboxBatch } from "../../../watchers/outbox.ts";
import { linesOf } from "../../faults/generator.ts";
import { describeWithServers } from "../../support/servers.ts";
import { createWorld, type World } from "../../support/stack.ts";
import type { CrashPoint } from "../crash.ts";
import { createChangesWorld } from "../postgres/changes/changes-world.ts";
import { createSubscriptionWorld } from "../pubsub/subscription-world.ts";
import { createBucketWorld } from "../s3/bucket-world.ts";
import { createBusWorld } from "../service-bus/bus-world.ts";
import { until } from "../session-run.ts";
import { createOutboxWorld } from "../sftp/outbox-world.ts";
import { createQueueWorld } from "../sqs/queue-world.ts";
import type { SessionProcessOptions } from "./session-process.ts";

/** A place that is read, and how to put an item there. */
interface Place {
  readonly source: SessionProcessOptions["source"];
  /** Milliseconds after which what was delivered to a dead process is delivered again. */
  readonly lease: number;
  put(name: string): Promise<void>;
  nameOf(data: unknown): string;
  dispose(): Promise<void>;
}

/** The rule of the registry for numbered batches, over the lines that were accepted. */
function taken(batches: readonly OutboxBatch[]): readonly unknown[] {
  let mark = 0;
  const data: unknown[] = [];
  for (const { seq, events } of batches) {
    expect(seq, "a gap").toBeLessThanOrEqual(mark + 1);
    if (seq !== mark + 1) continue;
    mark = seq;
    data.push(...events.map((event) => event.data));
  }
  return data;
}

const SERVERS = { s3: s3Server, sqs: sqsServer, pubsub: pubsubServer, postgres: postgresServer, bus: serviceBusServer, sftp: sftpServer };
await describeWithServers("a session that is killed (kill -9)", SERVERS, (servers) => {
  const places: Readonly<Record<string, () => Promise<Place>>> = {
    s3: async () => {
      const world = await createBucketWorld(servers().s3);
      const options = { connection: world.connection, bucket: world.bucket };
      return {
        source: { kind: "s3", options },
        lease: 0,
        put: (name) => world.put(name),
        nameOf: (data) => (data as { key: string }).key,
        dispose: world.dispose,
      };
    },
    sqs: async () => {
      const world = await createQueueWorld(servers().sqs);
      const options = { connection: world.connection, queue: world.queue, visibility: "2s" } as const;
      return {
        source: { kind: "sqs", options },
        lease: 2_000,
        put: (name) => world.send({ name }),
        nameOf: (data) => (data as { body: { name: string } }).body.name,
        dispose: world.dispose,
      };
    },
    sftp: async () => {
      const world = await createOutboxWorld(servers().sftp);
      return {
        source: { kind: "sftp", options: { connection: servers().sftp.url, path: world.root, settle: "50ms" } },
        lease: 0,
        put: (name) => world.write(name),
        nameOf: (data) => (data as { path: string }).path,
        dispose: world.dispose,
      };
    },
    pubsub: async () => {
      const world = await createSubscriptionWorld(servers().pubsub);
      const options = { connection: world.connection("events"), subscription: world.subscription, lease: "10s" } as const;
      return {
        source: { kind: "pubsub", options },
        lease: 10_000,
        put: world.put,
        nameOf: (data) => (data as { value: { name: string } }).value.name,
        dispose: world.dispose,
      };
    },
    "postgres-changes": async () => {
      const world = await createChangesWorld(servers().postgres);
      await world.makeSlot();
      return {
        source: { kind: "postgres-changes", options: { ...world.options, connection: world.url } },
        lease: 0,
        put: (name) => world.put(name),
        nameOf: (data) => (data as { row: { name: string } }).row.name,
        dispose: world.dispose,
      };
    },
    "service-bus": () => busPlace({ lock: 2_000 }),
    "service-bus by session": () => busPlace({ lock: 2_000, sessions: true }),
  };
  async function busPlace(entity: EntityOptions): Promise<Place> {
    const world = await createBusWorld(servers().bus, entity);
    const options = { connection: world.connection("bus"), entity: world.entity, sessions: entity.sessions ?? false };
    return {
      source: { kind: "service-bus", options },
      lease: 2_000,
      put: world.put,
      nameOf: (data) => (data as { value: { name: string } }).value.name,
      dispose: world.dispose,
    };
  }

  const points: readonly CrashPoint[] = ["before append", "after append", "after send", "after mark sent"];
  const cases = Object.keys(places).flatMap((kind) => points.map((point) => ({ kind, point })));
  // Each has a place, a database and processes of its own, and mostly waits: for a lease, for a start.
  it.concurrent.each(cases)("$kind, $point: nothing is lost and nothing doubled", { timeout: 180_000 }, async ({ kind, point }) => {
    await using world = await createWorld({ tables: true });
    await using sessions = await createSessions(world);
    const place = await (places[kind] as () => Promise<Place>)();
    const put: string[] = [];
    const putSome = async (count: number): Promise<void> => {
      for (let k = 0; k < count; k += 1) {
        const name = `item-${put.length}`;
        put.push(name);
        await place.put(name);
      }
    };
    try {
      await putSome(5);
      const first = await sessions.start(place.source, point);
      while (first.exitCode === null && first.signalCode === null) {
        await putSome(1);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(first.signalCode).toBe("SIGKILL");
      await putSome(5);
      await sessions.start(place.source, null);
      const names = (): readonly string[] => taken(sessions.accepted()).map(place.nameOf);
      await until("everything arrives", () => new Set(names()).size >= put.length, 60_000);
      // What would be delivered again is delivered by now.
      await new Promise((resolve) => setTimeout(resolve, place.lease + 500));
      expect([...names()].sort()).toEqual([...put].sort());
    } finally {
      await place.dispose();
    }
  });
});

/** Processes that each run a session over one database, and the file that stands for the registry. */
async function createSessions(world: World) {
  const folder = await mkdtemp(join(tmpdir(), "killed-"));
  const accepted = join(folder, "accepted.jsonl");
  await writeFile(accepted, "");
  const children: ChildProcess[] = [];
  return {
    async start(source: SessionProcessOptions["source"], dieAt: CrashPoint | null): Promise<ChildProcess> {
      const file = join(folder, `options-${children.length}.json`);
      await writeFile(file, JSON.stringify({ databaseUrl: world.databaseUrl, source, accepted, dieAt } satisfies SessionProcessOptions));
      const script = fileURLToPath(new URL("session-process.ts", import.meta.url));
      const child = spawn(process.execPath, ["--conditions=headgate-source", "--import", import.meta.resolve("tsx"), script, file], {
        env: childEnvironment({}),
        stdio: "ignore",
      });
      children.push(child);
      return child;
    },
    accepted: (): readonly OutboxBatch[] => linesOf<OutboxBatch>(accepted),
    async [Symbol.asyncDispose](): Promise<void> {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill("SIGKILL");
        await new Promise((resolve) => child.once("exit", resolve));
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
