import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Connection } from "@temporalio/client";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import { SEARCH_ATTRIBUTES } from "../../core/names.ts";
import { type Progress, silent, withHeartbeat } from "../progress.ts";
import { createEmbeddedServer, type EmbeddedServer, ServerEnded, untilAnswers } from "./embedded-server.ts";
import { lastLines } from "./log-tail.ts";
import { readLivePid } from "./pid-file.ts";
import { claimPort, type PortRequest, portTaken } from "./ports.ts";
import { type Exit, type ServerProcess, startProcess } from "./server-process.ts";
import { stopProcess } from "./stop-process.ts";
import { findTemporalBinary } from "./temporal-binary.ts";

export interface TemporalOptions {
  /** Where database, log and pid file are. */
  readonly stateDir: string;
  /** 0 takes a free one. @default 0 */
  readonly port?: number;
  /** Port of the Web UI; 0 takes a free one, `false` leaves the UI out. @default 0 */
  readonly uiPort?: number | false;
  /** The Temporal CLI. @default found by `findTemporalBinary` */
  readonly binary?: string;
  readonly namespace?: string;
  readonly onProgress?: Progress;
  /** Called when the server ends without having been told to. */
  readonly onExit?: (exit: Exit, log: string) => void;
  /** Milliseconds until it must answer. @default 60_000 */
  readonly patience?: number;
}

export interface EmbeddedTemporal extends EmbeddedServer {
  /** `127.0.0.1:7233` */
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string | undefined;
}

/** One process serves everything here: the limits of a shared cluster would only slow it down. */
const DYNAMIC_CONFIG = {
  "system.enableActivityEagerExecution": true,
  "frontend.enableServerVersionCheck": false,
  "frontend.rps": 100_000,
  "frontend.namespaceRPS": 100_000,
  "frontend.namespaceCount": 10_000,
  "frontend.persistenceMaxQPS": 100_000,
  "history.rps": 100_000,
  "history.persistenceMaxQPS": 100_000,
  "matching.rps": 100_000,
  "matching.persistenceMaxQPS": 100_000,
  // With one shard the default of 20 polls a second caps transfers and adds up to 50 ms under load.
  "history.transferProcessorMaxPollRPS": 1_000,
  "history.timerProcessorMaxPollRPS": 1_000,
  // A single process gains nothing from partitions, and forwarding between them costs.
  "matching.numTaskqueueReadPartitions": 1,
  "matching.numTaskqueueWritePartitions": 1,
} as const;

/**
 * The write-ahead log makes the file as fast as memory. Without `synchronous` a power cut may lose the last moments;
 * a kill -9 of the server loses nothing, as what it wrote is with the operating system.
 */
const PRAGMAS = ["journal_mode=WAL", "synchronous=OFF"];

/** Starts a Temporal dev server whose state is a file. Resolves when it answers. Throws `E_PORT_TAKEN`, `E_TEMPORAL_BINARY`, `E_TEMPORAL_UNREACHABLE`. */
export async function startTemporal(options: TemporalOptions): Promise<EmbeddedTemporal> {
  const { stateDir, namespace = "default", onProgress = silent, onExit, patience = 60_000 } = options;
  const folder = join(stateDir, "temporal");
  const logFile = join(stateDir, "logs", "temporal.log");
  const pidFile = join(folder, "server.pid");
  await mkdir(folder, { recursive: true });

  const orphan = readLivePid(pidFile);
  if (orphan !== undefined) {
    onProgress(`stopping a Temporal server (process ${orphan.pid}) that an earlier run left behind`);
    await stopProcess(orphan, { group: true });
  }
  const frontend: PortRequest = { port: options.port ?? 0, flag: "--temporal-port", purpose: "the Temporal server" };
  const ui: PortRequest | undefined = options.uiPort === false ? undefined : { port: options.uiPort ?? 0, flag: "--ui-port", purpose: "the Temporal Web UI" };
  const port = await claimPort(frontend);
  const uiPort = ui === undefined ? undefined : await claimPort(ui);
  const binary = options.binary ?? (await findTemporalBinary({ onProgress })).path;
  const address = `127.0.0.1:${port}`;

  async function launch(begun: (server: ServerProcess) => void): Promise<ServerProcess> {
    const args = commandLine({ database: join(folder, "temporal.db"), namespace, port, uiPort });
    const server = await startProcess({ command: binary, args, logFile, pidFile });
    begun(server);
    try {
      await withHeartbeat(
        onProgress,
        (elapsed) => `waiting for the Temporal server: ${Math.round(elapsed / 1000)} s`,
        () => untilReady(server, address, namespace, patience),
      );
    } catch (error) {
      await server.kill();
      const log = lastLines(logFile);
      const taken = /address already in use|bind: |can't set frontend port/i.test(log);
      if (taken && error instanceof ServerEnded)
        throw portTaken(ui !== undefined && log.includes(`:${uiPort}`) ? { ...ui, port: uiPort ?? 0 } : { ...frontend, port }, error);
      throw new HeadgateError("E_TEMPORAL_UNREACHABLE", `the embedded Temporal server did not start: ${messageOf(error)}\n${log}`, {
        where: logFile,
        hint: `read ${logFile}; if its database is broken, move ${folder} away: the next start makes a new one`,
        cause: error,
      });
    }
    return server;
  }

  const server = createEmbeddedServer({ logFile, launch, onExit });
  await server.start();
  return Object.assign(server, { address, namespace, uiUrl: uiPort === undefined ? undefined : `http://127.0.0.1:${uiPort}` });
}

function commandLine({ database, namespace, port, uiPort }: { database: string; namespace: string; port: number; uiPort: number | undefined }): string[] {
  return [
    "server",
    "start-dev",
    ...["--ip", "127.0.0.1", "--port", String(port), "--namespace", namespace, "--db-filename", database, "--log-level", "warn", "--log-format", "text"],
    ...(uiPort === undefined ? ["--headless"] : ["--ui-port", String(uiPort), "--ui-disable-news-fetch"]),
    ...PRAGMAS.flatMap((pragma) => ["--sqlite-pragma", pragma]),
    ...Object.entries(DYNAMIC_CONFIG).flatMap(([key, value]) => ["--dynamic-config-value", `${key}=${JSON.stringify(value)}`]),
    ...Object.values(SEARCH_ATTRIBUTES).flatMap((attribute) => ["--search-attribute", `${attribute}=Keyword`]),
  ];
}

/** Ready is when the namespace and our search attributes are there, not when the port is open. */
async function untilReady(server: ServerProcess, address: string, namespace: string, patience: number): Promise<void> {
  // gRPC would wait a second after the first refusal, and for longer after the next.
  const connection = Connection.lazy({
    address,
    channelArgs: { "grpc.initial_reconnect_backoff_ms": 20, "grpc.max_reconnect_backoff_ms": 100, "grpc.use_local_subchannel_pool": 1 },
  });
  const ask = (): Promise<void> =>
    connection.withDeadline(Date.now() + 2_000, async () => {
      await connection.workflowService.describeNamespace({ namespace });
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      const missing = Object.values(SEARCH_ATTRIBUTES).filter((attribute) => customAttributes?.[attribute] === undefined);
      if (missing.length > 0) throw new Error(`search attributes ${missing.join(", ")} are missing`);
    });
  try {
    await untilAnswers(server, ask, patience);
  } finally {
    await connection.close();
  }
}
