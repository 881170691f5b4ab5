import { Worker } from "node:worker_threads";
import { runStallThread } from "./stall-thread.ts";

/** Where the heartbeats go, in a form that a thread can be given. */
export interface StallTarget {
  /** `host:port` of the Temporal frontend. */
  readonly address: string;
  readonly namespace: string;
  readonly identity: string;
  /** Of `authorization` and other metadata. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Without it the connection is not encrypted. */
  readonly tls?: { readonly ca?: Uint8Array; readonly cert?: Uint8Array; readonly key?: Uint8Array; readonly servername?: string };
}

/** A task has begun. Those that ended before come with it: a message costs as much as a short task, and they matter only while another runs. */
export interface StallMessage {
  readonly id: number;
  readonly token: Uint8Array;
  readonly attempt: number;
  readonly ended: readonly number[];
}

/** Heartbeats for tasks whose handlers block the thread: a long loop, a synchronous call. Their own timers do not fire then. */
export interface StallBeats {
  /** From here on the task is beaten for when the main thread stalls; the result ends that. */
  begin(token: Uint8Array, attempt: number): () => void;
  close(): Promise<void>;
}

/**
 * Starts the thread that beats while the main thread is blocked: without it, a task that computes for more than 30 s would be
 * taken for lost and run twice. What it looks at is a counter that the main thread moves every second.
 *
 * @param every - milliseconds between two looks, and so between two beats @default 5_000
 */
export function createStallBeats(target: StallTarget, every = 5_000): StallBeats {
  const ticks = new Int32Array(new SharedArrayBuffer(4));
  // Tools that compile our sources may mark functions with a helper of theirs, which the thread does not have.
  const code = `const __name = (value) => value; (${String(runStallThread)})(require("node:http2"), require("node:worker_threads"));`;
  const thread = new Worker(code, { eval: true, execArgv: [], workerData: { target, ticks, every } });
  thread.unref();
  const ticking = setInterval(() => Atomics.add(ticks, 0, 1), Math.min(1_000, every / 4));
  ticking.unref();
  let next = 0;
  let ended: number[] = [];

  return {
    begin(token, attempt) {
      next += 1;
      const id = next;
      thread.postMessage({ id, token, attempt, ended } satisfies StallMessage);
      ended = [];
      return () => void ended.push(id);
    },
    async close() {
      clearInterval(ticking);
      await thread.terminate();
    },
  };
}
