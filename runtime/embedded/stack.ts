import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { HeadgateError } from "../../core/errors.ts";
import { type Progress, silent } from "../progress.ts";
import { readLivePid, removePidFile, writePidFile } from "./pid-file.ts";
import { type EmbeddedPostgres, startPostgres } from "./postgres.ts";
import { announceStack, OWNER_FILE, type RunningStack, withdrawStack } from "./running-stack.ts";
import type { Exit } from "./server-process.ts";
import { type EmbeddedTemporal, startTemporal } from "./temporal-server.ts";

export interface StackOptions {
  /** Holds everything that must survive a restart: a second start finds it again. */
  readonly stateDir: string;
  /** 0, or none, takes a free port; `ui: false` leaves the Web UI out. */
  readonly ports?: { readonly temporal?: number; readonly ui?: number | false; readonly postgres?: number };
  readonly onProgress?: Progress;
  /** Called when one of the two ends without having been told to. */
  readonly onExit?: (server: "temporal" | "postgres", exit: Exit, log: string) => void;
  /** The Temporal CLI. @default found by `findTemporalBinary` */
  readonly temporalBinary?: string;
  /** Whose names other commands of this folder must use. @default the environment without a prefix, in Temporal's default namespace */
  readonly place?: Pick<RunningStack, "environment" | "temporalNamespace">;
}

/** Servers that somebody else runs: they take the place of embedded ones, and are neither started nor stopped. */
export interface ExistingServers {
  readonly temporalAddress?: string;
  readonly databaseUrl?: string;
}

export interface PartStack {
  readonly temporalAddress: string;
  readonly uiUrl: string | undefined;
  /** With the password: not for logs. */
  readonly databaseUrl: string;
  /** Undefined if an existing one is used. */
  readonly temporal: EmbeddedTemporal | undefined;
  /** Undefined if an existing one is used. */
  readonly postgres: EmbeddedPostgres | undefined;
  /** Stops what this call started, and only that. */
  stop(): Promise<void>;
}

/** Both servers, embedded. */
export interface Stack extends PartStack {
  readonly temporal: EmbeddedTemporal;
  readonly postgres: EmbeddedPostgres;
}

/**
 * Starts Temporal and Postgres without Docker. One process at a time owns a state folder: a second one gets `E_STACK_RUNNING`,
 * but what an owner left behind when it was killed is stopped and taken over.
 */
export async function startStack(options: StackOptions): Promise<Stack>;
export async function startStack(options: StackOptions & { readonly existing?: ExistingServers }): Promise<PartStack>;
export async function startStack(options: StackOptions & { readonly existing?: ExistingServers }): Promise<PartStack> {
  const { ports = {}, onProgress = silent, onExit, temporalBinary, existing = {} } = options;
  const stateDir = resolve(options.stateDir);
  const release = own(stateDir);
  // Both at once; and if one fails, the other must not stay behind.
  const [temporal, postgres] = await Promise.allSettled([
    existing.temporalAddress !== undefined
      ? undefined
      : startTemporal({
          stateDir,
          onProgress,
          ...(ports.temporal === undefined ? {} : { port: ports.temporal }),
          ...(ports.ui === undefined ? {} : { uiPort: ports.ui }),
          ...(temporalBinary === undefined ? {} : { binary: temporalBinary }),
          ...(onExit === undefined ? {} : { onExit: (exit, log) => onExit("temporal", exit, log) }),
        }),
    existing.databaseUrl !== undefined
      ? undefined
      : startPostgres({
          stateDir,
          onProgress,
          ...(ports.postgres === undefined ? {} : { port: ports.postgres }),
          ...(onExit === undefined ? {} : { onExit: (exit, log) => onExit("postgres", exit, log) }),
        }),
  ]);
  if (temporal.status === "rejected" || postgres.status === "rejected") {
    for (const started of [temporal, postgres]) if (started.status === "fulfilled") await started.value?.stop();
    release();
    throw temporal.status === "rejected" ? temporal.reason : (postgres as PromiseRejectedResult).reason;
  }
  const temporalAddress = existing.temporalAddress ?? (temporal.value as EmbeddedTemporal).address;
  const databaseUrl = existing.databaseUrl ?? (postgres.value as EmbeddedPostgres).databaseUrl;
  announceStack(stateDir, { temporalAddress, databaseUrl, ...options.place });
  return {
    temporalAddress,
    uiUrl: temporal.value?.uiUrl,
    databaseUrl,
    temporal: temporal.value,
    postgres: postgres.value,
    async stop() {
      withdrawStack(stateDir);
      // Both get their chance, whatever the other one does.
      const ends = await Promise.allSettled([temporal.value?.stop(), postgres.value?.stop()]);
      release();
      for (const end of ends) if (end.status === "rejected") throw end.reason;
    },
  };
}

function own(stateDir: string): () => void {
  const file = join(stateDir, OWNER_FILE);
  const owner = readLivePid(file);
  if (owner !== undefined) {
    throw new HeadgateError("E_STACK_RUNNING", `process ${owner.pid} already runs the embedded servers of ${stateDir}`, {
      where: stateDir,
      hint: `stop that process (\`kill ${owner.pid}\`), or choose another folder with --state-dir and other ports`,
    });
  }
  mkdirSync(stateDir, { recursive: true });
  writePidFile(file, process.pid);
  return () => removePidFile(file);
}
