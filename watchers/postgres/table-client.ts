import pg from "pg";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import { closeWithin } from "../close-within.ts";
import type { TablePlace } from "./place.ts";

/** A statement that takes longer has no index, or a server that went away without a word. */
const PATIENCE = 60_000;

/** What a connection needs to know of what is read; the rest is for hints. */
export type ClientPlace = Pick<TablePlace, "connection" | "source" | "notify"> & Partial<Pick<TablePlace, "schema" | "table" | "column" | "key">>;

/** One connection that reads. Rows come as arrays. */
export interface TableClient {
  /** Rejects with `E_SOURCE`. */
  query(text: string, values?: readonly unknown[]): Promise<readonly (readonly unknown[])[]>;
  close(): Promise<void>;
}

/**
 * Opens the one connection of a session: read-only, in UTC. Its polls are also what finds a connection out that is half open, since they
 * have a time limit, and the LISTEN is on the same connection: a new one listens before it reads. Aborting ends it at once.
 */
export async function openTableClient(uri: string, place: ClientPlace, signal: AbortSignal, onNotify: () => void): Promise<TableClient> {
  const client = new pg.Client({
    connectionString: uri,
    application_name: "headgate watcher",
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    statement_timeout: PATIENCE,
    query_timeout: PATIENCE + 5_000,
  });
  // The next query says it as well.
  client.on("error", () => undefined);
  client.on("notification", onNotify);
  let ended: Promise<void> | undefined;
  const end = (): Promise<void> => {
    ended ??= closeWithin(2_000, client.end());
    return ended;
  };
  let onAbort = (): void => undefined;
  const abort = (): void => {
    void end();
    onAbort();
  };
  signal.addEventListener("abort", abort, { once: true });

  async function query(text: string, values: readonly unknown[] = []): Promise<readonly (readonly unknown[])[]> {
    try {
      return (await client.query({ text, values: [...values], rowMode: "array" })).rows;
    } catch (error) {
      throw new HeadgateError("E_SOURCE", `${place.source} cannot be read: ${messageOf(error)}`, { cause: error, ...hintFor(error, place) });
    }
  }
  /** The `connect` of pg stays open for ever if its client is ended meanwhile. */
  async function connect(): Promise<void> {
    const unwanted = (): Error => new Error("it is not wanted any more");
    if (signal.aborted) throw unwanted();
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(unwanted());
    });
    await Promise.race([aborted, client.connect()]);
  }
  async function close(): Promise<void> {
    signal.removeEventListener("abort", abort);
    await end();
  }

  try {
    await connect();
    await client.query(`set time zone 'UTC'; set datestyle = 'ISO, YMD'; set default_transaction_read_only = on`);
    if (place.notify !== undefined) await client.query(`listen ${pg.escapeIdentifier(place.notify)}`);
    return { query, close };
  } catch (error) {
    await close();
    throw new HeadgateError("E_SOURCE", `the connection "${place.connection}" does not open: ${messageOf(error)}`, { cause: error });
  }
}

function hintFor(error: unknown, place: ClientPlace): { readonly hint?: string } {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  if (code === "57014" && place.column !== undefined) return { hint: `create an index on (${[place.column, ...(place.key ?? ["<key>"])].join(", ")})` };
  return code === "42501" && place.table !== undefined
    ? { hint: `grant select on ${place.schema}.${place.table} to the user of the connection "${place.connection}"` }
    : {};
}
