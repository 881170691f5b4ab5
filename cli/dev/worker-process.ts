import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { HeadgateError } from "../../core/errors.ts";
import { type Deferred, deferred } from "./deferred.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

export interface WorkerProcess {
  readonly pid: number | undefined;
  /** Settles when the present worker polls. Throws `E_WORKER` if the first one fails again and again. */
  ready(): Promise<void>;
  /** Lets the worker read the files again; settles when new tasks run the new code. */
  reload(): Promise<void>;
  /** Ends the worker in order and starts another one, which reads the settings anew; settles when that one polls. */
  restart(): Promise<void>;
  /** kill -9, as a test of what survives: a new one starts at once. */
  kill(): void;
  /** SIGTERM, and SIGKILL after a while. */
  stop(): Promise<void>;
}

export interface WorkerProcessOptions {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** A line that the worker wrote. */
  readonly onLine: (line: string) => void;
  /** It ended without having been told to, and another one starts. */
  readonly onEnd: (how: string) => void;
}

const STOP_AFTER = 35_000;
const LONGEST_WAIT = 10_000;
/** Failures in a row of a worker that has never been ready. */
const GIVE_UP_AFTER = 2;

/** The worker of `headgate dev`: a process of its own that is started again whenever it ends. */
export function startWorkerProcess(options: WorkerProcessOptions): WorkerProcess {
  const main = fileURLToPath(new URL(`../main.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url));
  let stopping = false;
  let failures = 0;
  let everReady = false;
  let reloads = 0;
  let restarting = false;
  let timer: NodeJS.Timeout | undefined;
  let ready = deferred();
  const waiting = new Map<number, Deferred>();
  let child = start();

  function start(): ChildProcess {
    const started = spawn(process.execPath, [...process.execArgv, main, "worker", ...options.args], {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [started.stdout, started.stderr]) if (stream) readLines(stream, options.onLine);
    const startedAt = performance.now();
    started.on("message", (message: FromWorker) => {
      if (message.kind === "ready") {
        failures = 0;
        everReady = true;
        ready.resolve();
        return;
      }
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error === undefined) asked?.resolve();
      else asked?.reject(new Error(message.error));
    });
    started.once("exit", (code, signal) => {
      for (const asked of waiting.values()) asked.resolve();
      waiting.clear();
      if (stopping) return;
      if (restarting) {
        restarting = false;
        child = start();
        return;
      }
      if (everReady) ready = deferred();
      else if (failures >= GIVE_UP_AFTER)
        return ready.reject(new HeadgateError("E_WORKER", `the worker does not start (${how(code, signal)})`, { hint: "its own lines above say why" }));
      options.onEnd(how(code, signal));
      const wait = performance.now() - startedAt > LONGEST_WAIT || signal === "SIGKILL" ? 0 : Math.min(LONGEST_WAIT, 250 * 2 ** failures);
      failures += 1;
      timer = setTimeout(() => {
        child = start();
      }, wait);
    });
    return started;
  }

  return {
    get pid() {
      return child.pid;
    },
    ready: () => ready.promise,
    reload() {
      // A worker that is starting reads the files anyway.
      if (!child.connected) return ready.promise;
      reloads += 1;
      const asked = deferred();
      waiting.set(reloads, asked);
      child.send({ kind: "reload", id: reloads } satisfies ToWorker);
      return asked.promise;
    },
    async restart() {
      // One that is not there is about to be started, and reads them then.
      if (child.exitCode !== null || child.signalCode !== null) return ready.promise;
      restarting = true;
      ready = deferred();
      child.kill("SIGTERM");
      await ready.promise;
    },
    kill: () => void child.kill("SIGKILL"),
    async stop() {
      stopping = true;
      clearTimeout(timer);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), STOP_AFTER);
      await ended;
      clearTimeout(force);
    },
  };
}

function how(code: number | null, signal: string | null): string {
  return signal === null ? `exit code ${code}` : signal;
}

function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") onLine(line);
  });
}
