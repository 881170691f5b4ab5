import { mkdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { messageOf } from "../../core/errors.ts";
import { createEmbeddedServer, untilAnswers } from "../../runtime/embedded/embedded-server.ts";
import { lastLines } from "../../runtime/embedded/log-tail.ts";
import { readLivePid } from "../../runtime/embedded/pid-file.ts";
import { type ServerCommand, startProcess } from "../../runtime/embedded/server-process.ts";
import { stopProcess } from "../../runtime/embedded/stop-process.ts";
import type { RunningServer } from "./server.ts";

export interface ServerRun {
  readonly name: string;
  /** Log and pid file are kept here. */
  readonly stateDir: string;
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  /** What is started, each time: called again after a kill. */
  readonly command: () => Promise<Omit<ServerCommand, "logFile" | "pidFile">> | Omit<ServerCommand, "logFile" | "pidFile">;
  /** Resolves when the server answers: an open port says little. */
  readonly ask: () => Promise<unknown>;
  /** Milliseconds until it must answer. @default 60_000 */
  readonly patience?: number;
}

/** Starts a server process that can be stopped, killed and started again. One that an earlier run left in the same folder is ended first. */
export async function runServer({ name, stateDir, url, env, command, ask, patience = 60_000 }: ServerRun): Promise<RunningServer> {
  await mkdir(stateDir, { recursive: true });
  const logFile = join(stateDir, `${name}.log`);
  const pidFile = join(stateDir, `${name}.pid`);
  const orphan = readLivePid(pidFile);
  if (orphan !== undefined) await stopProcess(orphan, { group: true });

  const server = createEmbeddedServer({
    logFile,
    onExit: undefined,
    launch: async (begun) => {
      const process = await startProcess({ ...(await command()), logFile, pidFile });
      begun(process);
      try {
        await untilAnswers(process, ask, patience);
      } catch (error) {
        await process.kill();
        throw new Error(`${name} did not start: ${messageOf(error)}\n${lastLines(logFile)}`, { cause: error });
      }
      return process;
    },
  });
  await server.start();
  return Object.assign(server, { url, env });
}

/** Resolves when an HTTP server answers with anything below 500. */
export async function askHttp(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  await response.body?.cancel();
  if (response.status >= 500) throw new Error(`it answers ${response.status}`);
}

/** Resolves when something listens on the port. For servers that say nothing by themselves. */
export function askPort(port: number): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: 2_000 });
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", reject);
    socket.once("timeout", () => {
      socket.destroy();
      reject(new Error("it does not answer"));
    });
  });
}
