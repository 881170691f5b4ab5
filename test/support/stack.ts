import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";

/** A corner of the shared servers that belongs to one test. */
export interface World {
  readonly temporalAddress: string;
  readonly namespace: string;
  /** Prefix of all names in the namespace: give it to `namesFor`. */
  readonly environment: string;
  /** A database of its own. */
  readonly databaseUrl: string;
  /** Drops the database, also under open connections. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A world for one test, gone at its end. Its database is empty, or has the tables of the store in their usual schema.
 *
 * @example
 * await using world = await createWorld();
 */
export async function createWorld({ tables = false }: { readonly tables?: boolean } = {}): Promise<World> {
  const { temporalAddress, namespace, databaseUrl, migrated } = inject("stack");
  const environment = `t${randomBytes(6).toString("hex")}`;
  const own = new URL(databaseUrl);
  own.pathname = `/${environment}`;
  await run(databaseUrl, `create database ${environment}${tables ? ` template ${migrated}` : ""}`);
  return {
    temporalAddress,
    namespace,
    environment,
    databaseUrl: own.href,
    [Symbol.asyncDispose]: () => run(databaseUrl, `drop database if exists ${environment} with (force)`),
  };
}

async function run(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
