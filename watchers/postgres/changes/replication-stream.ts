import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { HeadgateError, messageOf } from "../../../core/errors.ts";
import { createBell } from "../../bell.ts";
import { closeWithin } from "../../close-within.ts";
import { formatLsn, parseLsn } from "./lsn.ts";
import type { ChangesPlace } from "./place.ts";
import { connectForReplication, replicationClient } from "./replication-client.ts";

/** What comes over the connection, in its order: a message of pgoutput, or how far the server has read its log. */
export type StreamMessage = { readonly kind: "data"; readonly data: Buffer } | { readonly kind: "reached"; readonly lsn: bigint };

/** The server that a connection leads to. */
export interface ServerPlace {
  /** `system identifier/timeline`: another server has another first part, a restored or promoted one another second part. */
  readonly identity: string;
  /** Up to here its log is on disk. */
  readonly flushed: bigint;
}

/** One connection of the replication protocol. */
export interface ReplicationStream {
  readonly server: ServerPlace;
  /** Begins to stream behind `from`. Waits a little for a slot that another connection still holds. */
  begin(slot: string, from: bigint): Promise<void>;
  /** What has come, in its order; nothing if nothing came in time. Rejects when the connection is lost, after what came before. */
  next(ms: number, signal: AbortSignal): Promise<readonly StreamMessage[]>;
  /** Tells the server that everything below is safe: it may forget it. */
  confirm(lsn: bigint): void;
  /** Gives the slot back. */
  close(): Promise<void>;
}

/** Bytes that may wait to be taken: with more the connection is not read, and the server waits. */
const MOST_WAITING = 1_048_576;
/** Milliseconds between two signs of life, at most. */
const BEAT = 10_000;
/** Beats without an answer after which the connection counts as lost. */
const MISSED = 3;
/** How long the connection before may take to let go of the slot, in milliseconds. */
const SLOT_WAIT = 5_000;
/** Milliseconds that closing may take, each half of it. */
const CLOSE = 400;

/** What `pg` has, and its types do not. */
interface CopyConnection {
  readonly stream: Duplex;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  on(name: "replicationStart", listener: () => void): void;
  on(name: "copyData", listener: (message: { readonly chunk: Buffer }) => void): void;
}

/** Connects. Throws `E_SOURCE`. */
export async function openReplicationStream(uri: string, place: ChangesPlace): Promise<ReplicationStream> {
  const client = replicationClient(uri);
  const { connection } = client as unknown as { readonly connection: CopyConnection };
  const bell = createBell();
  let waiting: StreamMessage[] = [];
  let waitingBytes = 0;
  let failure: HeadgateError | undefined;
  let safe = 0n;
  let heard = performance.now();
  let streaming: Promise<void> | undefined;
  let beats: NodeJS.Timeout | undefined;
  let closed = false;

  function fail(error: unknown): void {
    failure ??= HeadgateError.is(error) ? error : lost(place, error);
    bell.ring();
  }
  client.on("error", fail);
  client.on("end", () => fail(new Error("the connection was closed")));
  client.on("notice", ({ code }) => {
    // From Postgres 18 on a publication that is not there is no error: its changes are passed over, with this warning.
    if (code === "55000") fail(withoutPublication(place));
  });

  function report(answer: boolean): void {
    if (streaming === undefined || closed || failure !== undefined) return;
    const message = Buffer.alloc(34);
    message.write("r");
    for (const [k, lsn] of [safe, safe, safe].entries()) message.writeBigUInt64BE(lsn, 1 + 8 * k);
    message.writeUInt8(answer ? 1 : 0, 33);
    connection.sendCopyFromChunk(message);
  }

  function receive({ chunk }: { readonly chunk: Buffer }): void {
    heard = performance.now();
    if (closed) return;
    if (chunk[0] === 0x6b) {
      waiting.push({ kind: "reached", lsn: chunk.readBigUInt64BE(1) });
      if (chunk[17] === 1) report(false);
    } else {
      // A copy: the parser uses its memory again.
      waiting.push({ kind: "data", data: Buffer.from(chunk.subarray(25)) });
      waitingBytes += chunk.length;
      if (waitingBytes > MOST_WAITING) connection.stream.pause();
    }
    bell.ring();
  }
  connection.on("copyData", receive);
  let onBegun = (): void => undefined;
  connection.on("replicationStart", () => onBegun());

  function beat(ms: number): void {
    if (!connection.stream.isPaused() && performance.now() - heard > MISSED * ms)
      fail(new Error(`it has said nothing for ${Math.round((MISSED * ms) / 1000)} s`));
    report(true);
  }

  async function start(slot: string, from: bigint): Promise<void> {
    const publication = pg.escapeLiteral(pg.escapeIdentifier(place.publication));
    const began = new Promise<void>((resolve) => {
      onBegun = resolve;
    });
    const over = client
      .query(`START_REPLICATION SLOT ${pg.escapeIdentifier(slot)} LOGICAL ${formatLsn(from)} (proto_version '1', publication_names ${publication})`)
      .then(() => undefined);
    await Promise.race([began, over]);
    streaming = over.then(() => fail(new Error("the server ended the stream")), fail);
  }

  async function close(): Promise<void> {
    closed = true;
    clearInterval(beats);
    if (streaming !== undefined && failure === undefined) {
      // What still comes is thrown away: in the middle of a large transaction the server does not stop at once.
      connection.stream.resume();
      connection.endCopyFrom();
      await closeWithin(CLOSE, streaming);
    }
    await closeWithin(CLOSE, client.end());
  }

  try {
    await connectForReplication(client);
    const { systemid, timeline, xlogpos } = (await client.query("IDENTIFY_SYSTEM")).rows[0];
    const { rows } = await client.query("select setting::int as ms from pg_settings where name = 'wal_sender_timeout'");
    const timeout: number = rows[0]?.ms ?? 0;
    const every = timeout > 0 ? Math.min(BEAT, timeout / 3) : BEAT;

    return {
      server: { identity: `${systemid}/${timeline}`, flushed: parseLsn(xlogpos) },
      begin: async (slot, from) => {
        safe = from;
        const end = performance.now() + SLOT_WAIT;
        for (;;) {
          try {
            await start(slot, from);
            break;
          } catch (error) {
            if (codeOf(error) !== "55006" || performance.now() > end || failure !== undefined) throw lost(place, error);
            await sleep(50);
          }
        }
        heard = performance.now();
        beats = setInterval(beat, every, every);
      },
      next: async (ms, signal) => {
        const end = performance.now() + ms;
        while (!signal.aborted) {
          if (waiting.length > 0) {
            const taken = waiting;
            waiting = [];
            waitingBytes = 0;
            if (connection.stream.isPaused()) {
              heard = performance.now();
              connection.stream.resume();
            }
            return taken;
          }
          if (failure !== undefined) throw failure;
          const left = end - performance.now();
          if (left <= 0) return [];
          await bell.wait(left, signal);
        }
        return [];
      },
      confirm: (lsn) => {
        if (lsn <= safe) return;
        safe = lsn;
        report(false);
      },
      close,
    };
  } catch (error) {
    await close();
    throw lost(place, error);
  }
}

function lost(place: ChangesPlace, error: unknown): HeadgateError {
  const code = codeOf(error);
  // Before Postgres 18 this is an error of the stream.
  if (code === "42704") return withoutPublication(place);
  const hint =
    code === "42501" || code === "28000"
      ? `alter role ... replication: the user of the connection "${place.connection}" must have that right, and pg_hba.conf let it in`
      : code === "55006"
        ? "another connection reads the slot: a session that ends, or another program. A dead one lets go after wal_sender_timeout"
        : undefined;
  return new HeadgateError("E_SOURCE", `${place.source} cannot be read: ${messageOf(error)}`, { cause: error, ...(hint === undefined ? {} : { hint }) });
}

function withoutPublication(place: ChangesPlace): HeadgateError {
  return new HeadgateError("E_WATCHER_GAP", `there are changes from a time when there was no publication "${place.publication}": they cannot be read`, {
    where: place.source,
    hint: 'reset the position to "now"; what changed in between is only in the tables',
  });
}

function codeOf(error: unknown): string | undefined {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : undefined;
}
