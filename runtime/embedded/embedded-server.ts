import { setTimeout as delay } from "node:timers/promises";
import { messageOf } from "../../core/errors.ts";
import { lastLines } from "./log-tail.ts";
import type { Exit, ServerProcess } from "./server-process.ts";

/** An embedded server that can be stopped, killed and started again on the same ports and state: what fault tests need. */
export interface EmbeddedServer {
  /** Of the running process; undefined while it is stopped. */
  readonly pid: number | undefined;
  readonly logFile: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

export interface EmbeddedServerOptions {
  readonly logFile: string;
  /** Starts a process and resolves when it answers. Each process is handed to `begun` as soon as it runs, so that it can be stopped before it answers. */
  launch(begun: (server: ServerProcess) => void): Promise<ServerProcess>;
  /** Called when the server ends without having been told to. */
  readonly onExit: ((exit: Exit, log: string) => void) | undefined;
}

/** A server that is not running yet. */
export function createEmbeddedServer({ logFile, launch, onExit }: EmbeddedServerOptions): EmbeddedServer {
  let current: ServerProcess | undefined;

  async function start(): Promise<void> {
    if (current !== undefined && !current.hasExited()) return;
    const server = await launch((begun) => {
      current = begun;
    });
    void server.exited.then((exit) => {
      // Only an end that nobody asked for: stop and kill clear `current` first.
      if (current === server) onExit?.(exit, lastLines(logFile));
    });
  }

  async function end(how: "stop" | "kill"): Promise<void> {
    const server = current;
    current = undefined;
    await server?.[how]();
  }

  return {
    logFile,
    get pid() {
      return current?.hasExited() === false ? current.pid : undefined;
    },
    start,
    stop: () => end("stop"),
    kill: () => end("kill"),
  };
}

/** The process ended before it answered. */
export class ServerEnded extends Error {}

/** Asks again and again until the server answers: an open port says little. Throws `ServerEnded`, or with the last answer when `patience` milliseconds are over. */
export async function untilAnswers(server: ServerProcess, ask: () => Promise<unknown>, patience: number): Promise<void> {
  const deadline = performance.now() + patience;
  let last: unknown;
  while (performance.now() < deadline) {
    if (server.hasExited()) throw new ServerEnded("it ended at once");
    try {
      await ask();
      return;
    } catch (error) {
      last = error;
    }
    await delay(25);
  }
  throw new Error(`it did not answer within ${Math.round(patience / 1000)} s (${messageOf(last)})`);
}
