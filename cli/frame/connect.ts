import type { Client } from "@temporalio/client";
import type { Publisher } from "../../client/publisher.ts";
import type { RegistryClient } from "../../client/registry.ts";
import type { RunsClient } from "../../client/runs.ts";
import type { WatchersClient } from "../../client/watchers.ts";
import { HeadgateError } from "../../core/errors.ts";
import { type Names, namesFor } from "../../core/names.ts";
import type { Config } from "../../runtime/config.ts";
import type { TemporalConnection } from "../../runtime/temporal-connection.ts";
import type { Store } from "../../store/index.ts";

/** The servers of the configuration. Each part is connected when it is first asked for, and never again. */
export interface Servers {
  readonly names: Names;
  temporal(): Promise<TemporalConnection>;
  client(): Promise<Client>;
  registry(): Promise<RegistryClient>;
  runs(): Promise<RunsClient>;
  watchers(): Promise<WatchersClient>;
  publisher(): Promise<Publisher>;
  /** Throws `E_CONFIG` if no database is configured. */
  store(): Promise<Store>;
  close(): Promise<void>;
}

/** How long an event of `headgate publish` is tried, in milliseconds: a person waits. */
const PATIENCE = 10_000;
/** How long Postgres has to take a connection, in milliseconds: on a busy machine what a command loads meanwhile takes seconds. */
const CONNECT = 10_000;

export function createServers({ settings }: Config): Servers {
  const names = namesFor(settings.environment);
  const opened: (() => Promise<void>)[] = [];

  // Their modules are large: a command loads what it uses only.
  const temporal = once(async () => {
    const { connectTemporal } = await import("../../runtime/temporal-connection.ts");
    const connected = await connectTemporal(settings);
    opened.push(() => connected.close());
    return connected;
  });
  const client = once(async () => (await temporal()).client);
  const registry = once(async () => {
    const { registryClient } = await import("../../client/registry.ts");
    return registryClient(await client(), names);
  });
  const runs = once(async () => {
    const { runsClient } = await import("../../client/runs.ts");
    const keep = settings.databaseUrl === undefined ? undefined : async (key: string, items: readonly string[]) => (await store()).kept.keep(key, items);
    return runsClient(await client(), await registry(), keep);
  });
  const watchers = once(async () => {
    const { watchersClient } = await import("../../client/watchers.ts");
    return watchersClient(await client(), names);
  });
  const publisher = once(async () => {
    const [{ createPublisher }, { signalSender }] = await Promise.all([import("../../client/publisher.ts"), import("../../client/signal-sender.ts")]);
    const made = createPublisher({ send: signalSender(await client(), names.registry), giveUpAfter: PATIENCE });
    opened.push(() => made.close());
    return made;
  });
  const store = once(async () => {
    if (settings.databaseUrl === undefined) {
      throw new HeadgateError("E_CONFIG", "this command reads the store, and no database is configured", {
        where: "databaseUrl",
        hint: "start `headgate dev` in this folder, set HEADGATE_DATABASE_URL, or give --database-url postgres://user:password@host/database",
      });
    }
    const { openStore } = await import("../../store/index.ts");
    const made = openStore({ url: settings.databaseUrl, schema: storeSchema(settings.environment), connectTimeout: CONNECT });
    opened.push(() => made.close());
    return made;
  });

  async function close(): Promise<void> {
    // The newest first: a publisher needs its connection to the end.
    for (const end of opened.splice(0).reverse()) await end();
  }

  return { names, temporal, client, registry, runs, watchers, publisher, store, close };
}

/** The Postgres schema of an environment: one database can serve them all. */
export function storeSchema(environment: string): string {
  return environment === "" ? "headgate" : `headgate_${environment.replaceAll("-", "_")}`;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
