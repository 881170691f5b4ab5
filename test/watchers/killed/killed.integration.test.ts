import { it } from "vitest";
import { postgresServer } from "../../../scripts/servers/postgres.ts";
import { pubsubServer } from "../../../scripts/servers/pubsub.ts";
import { s3Server } from "../../../scripts/servers/s3.ts";
import type { EntityOptions } from "../../../scripts/servers/service-bus/entity.ts";
import { serviceBusServer } from "../../../scripts/servers/service-bus.ts";
import { sftpServer } from "../../../scripts/servers/sftp.ts";
import { sqsServer } from "../../../scripts/servers/sqs.ts";
import { describeWithServers } from "../../support/servers.ts";
import { createChangesWorld } from "../postgres/changes/changes-world.ts";
import { createSubscriptionWorld } from "../pubsub/subscription-world.ts";
import { createBucketWorld } from "../s3/bucket-world.ts";
import { createBusWorld } from "../service-bus/bus-world.ts";
import { createOutboxWorld } from "../sftp/outbox-world.ts";
import { createQueueWorld } from "../sqs/queue-world.ts";
import { expectKilledSessionLosesNothing, KILL_POINTS, type Place } from "./killed-session.ts";

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

  const cases = Object.keys(places).flatMap((kind) => KILL_POINTS.map((point) => ({ kind, point })));
  // Each has a place, a database and processes of its own, and mostly waits: for a lease, for a start.
  it.concurrent.each(cases)("$kind, $point: nothing is lost and nothing doubled", { timeout: 180_000 }, async ({ kind, point }) => {
    await expectKilledSessionLosesNothing(await (places[kind] as () => Promise<Place>)(), point);
  });
});
