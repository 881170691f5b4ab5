import { join } from "node:path";
import { userCacheDir } from "../../runtime/config.ts";
import type { EmbeddedServer } from "../../runtime/embedded/embedded-server.ts";
import { type Progress, silent } from "../../runtime/progress.ts";

/** A real server that runs on loopback, for tests and for a person: `npm run servers -- s3 sqs`. */
export interface ServerRecipe<S extends RunningServer = RunningServer> {
  /** As on the command line: `s3`. */
  readonly name: string;
  /** What it is, for a person: `S3 (versitygw 1.7.0)`. */
  readonly title: string;
  /**
   * Fetches or builds what the server is made of, into the cache; does nothing if it is there.
   * Throws when the server cannot be had on this machine: the message is the reason for which its tests are skipped.
   */
  prepare(options: PrepareOptions): Promise<void>;
  /** Prepares it, starts it on a free port and resolves when it answers. */
  start(options: StartOptions): Promise<S>;
}

export interface PrepareOptions {
  /** Where binaries and archives are kept from one run to the next. @default `servers` in the user's cache folder */
  readonly cacheDir?: string;
  readonly onProgress?: Progress;
}

export interface StartOptions extends PrepareOptions {
  /** The server's own folder for data, settings and logs. */
  readonly stateDir: string;
  /** 0 takes a free one. @default 0 */
  readonly port?: number;
}

/** A server that answers. It can be killed and started again on the same port and data: what fault tests need. */
export interface RunningServer extends EmbeddedServer {
  /** Where it listens: `http://127.0.0.1:19070`. */
  readonly url: string;
  /** What a project needs to use it, as environment variables: `HEADGATE_CONN_LAKE`. */
  readonly env: Readonly<Record<string, string>>;
}

/** The options with their defaults. */
export function withDefaults(options: PrepareOptions): Required<PrepareOptions> {
  return { cacheDir: options.cacheDir ?? join(userCacheDir(), "servers"), onProgress: options.onProgress ?? silent };
}
