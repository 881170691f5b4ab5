import { execFile } from "node:child_process";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import { userCacheDir } from "../config.ts";
import { type Progress, silent } from "../progress.ts";
import { withCacheLock } from "./cache-lock.ts";
import { buildTemporal } from "./temporal-build.ts";
import { downloadTemporal } from "./temporal-download.ts";

/** The version of the Temporal CLI that we build and download. */
export const TEMPORAL_VERSION = "1.8.2";
/** Older ones on PATH are passed over: they lack what our workflows use. */
const OLDEST = [1, 7] as const;
/** CLI 1.7 carries this server: what counts for a CLI that somebody built without a version. */
const OLDEST_SERVER = [1, 30] as const;

export interface TemporalBinary {
  /** Absolute, or a name on PATH. */
  readonly path: string;
  /** As the binary says it: `temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)`. */
  readonly version: string;
  readonly from: "PATH" | "cache" | "download" | "build";
}

export interface FindTemporalOptions {
  /** @default the user's cache folder */
  readonly cacheDir?: string;
  readonly onProgress?: Progress;
  readonly signal?: AbortSignal;
  /** @default "temporal", looked up on PATH */
  readonly command?: string;
  /** @default "https://temporal.download" */
  readonly downloadFrom?: string;
  /** The Go command. @default "go" */
  readonly go?: string;
}

/** The Temporal CLI that is there already: on PATH, else in our cache. Fetches nothing. */
export async function installedTemporalBinary({
  cacheDir = userCacheDir(),
  command = "temporal",
}: FindTemporalOptions = {}): Promise<TemporalBinary | undefined> {
  const onPath = await askVersion(command);
  if (typeof onPath === "string" && isRecent(onPath)) return { path: command, version: onPath, from: "PATH" };
  return await fromCache(cacheFile(cacheDir));
}

/** The Temporal CLI: on PATH, else in our cache, else downloaded, else built with Go. Throws `E_TEMPORAL_BINARY`, which lists the ways. */
export async function findTemporalBinary(options: FindTemporalOptions = {}): Promise<TemporalBinary> {
  const { cacheDir = userCacheDir(), onProgress = silent, signal, command = "temporal", downloadFrom = "https://temporal.download", go = "go" } = options;
  const failures: string[] = [];

  const onPath = await askVersion(command);
  if (typeof onPath === "string" && isRecent(onPath)) return { path: command, version: onPath, from: "PATH" };
  failures.push(typeof onPath === "string" ? `PATH: \`${command}\` is too old (${onPath})` : `PATH: no \`${command}\``);

  const cached = cacheFile(cacheDir);
  const found = await fromCache(cached);
  if (found !== undefined) return found;
  failures.push(`cache: no ${cached}`);

  await mkdir(cacheDir, { recursive: true });
  // Whoever comes second waits and finds the binary in the cache.
  return await withCacheLock(
    `${cached}.lock`,
    { onProgress, signal, waitingFor: `another process is fetching the Temporal CLI ${TEMPORAL_VERSION}` },
    async () => {
      const meanwhile = await fromCache(cached);
      if (meanwhile !== undefined) return meanwhile;
      const ways = [
        { from: "download", make: (target: string) => downloadTemporal({ target, version: TEMPORAL_VERSION, downloadFrom, onProgress, signal }) },
        { from: "build", make: (target: string) => buildTemporal({ target, version: TEMPORAL_VERSION, go, onProgress, signal }) },
      ] as const;
      for (const { from, make } of ways) {
        // A name of its own, then a rename: nobody ever sees half a binary, not even after a kill -9 in the middle.
        const target = `${cached}.${process.pid}.new`;
        try {
          await make(target);
          const version = await askVersion(target);
          if (typeof version !== "string") throw new Error(`the result does not run: ${version.message}`);
          await rename(target, cached);
          return { path: cached, version, from };
        } catch (error) {
          signal?.throwIfAborted();
          failures.push(`${from}: ${messageOf(error)}`);
        } finally {
          await rm(target, { force: true });
        }
      }
      throw noBinary(cached, failures);
    },
  );
}

function noBinary(cached: string, failures: readonly string[]): HeadgateError {
  return new HeadgateError(
    "E_TEMPORAL_BINARY",
    `no Temporal CLI of version ${OLDEST.join(".")} or later was found, and none could be made:\n${failures.map((line) => `  - ${line}`).join("\n")}`,
    {
      hint: [
        "do one of these, each is one command:",
        "  brew install temporal                                   (macOS, Linux with Homebrew)",
        `  curl -sSf https://temporal.download/cli.sh | sh          (then add ~/.temporalio/bin to PATH)`,
        `  cp <a temporal binary> ${cached}`,
        "  apt-get install golang, or https://go.dev/dl            (Go 1.26 or later: the next start builds the CLI by itself)",
        "  headgate dev --temporal <address>                       (uses a server that runs elsewhere)",
      ].join("\n"),
    },
  );
}

function cacheFile(cacheDir: string): string {
  return join(cacheDir, `temporal-${TEMPORAL_VERSION}${process.platform === "win32" ? ".exe" : ""}`);
}

async function fromCache(path: string): Promise<TemporalBinary | undefined> {
  const version = await askVersion(path);
  return typeof version === "string" ? { path, version, from: "cache" } : undefined;
}

async function askVersion(command: string): Promise<string | Error> {
  try {
    const { stdout } = await promisify(execFile)(command, ["--version"], { timeout: 20_000 });
    return stdout.trim();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** True for `temporal version 1.7.0 (Server 1.30.1, UI 2.45.0)` and later; a CLI built without a version counts by its server. */
export function isRecent(version: string): boolean {
  const cli = /version v?(\d+)\.(\d+)/.exec(version);
  const server = /Server v?(\d+)\.(\d+)/i.exec(version);
  const built = cli !== null && !(cli[1] === "0" && cli[2] === "0");
  const [match, oldest] = built ? [cli, OLDEST] : [server, OLDEST_SERVER];
  if (match === null) return false;
  const major = Number(match[1]);
  return major > oldest[0] || (major === oldest[0] && Number(match[2]) >= oldest[1]);
}
