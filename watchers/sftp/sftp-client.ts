import type { Client, FileEntryWithStats, SFTPWrapper, Stats } from "ssh2";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import { closeWithin } from "../close-within.ts";
import type { FoundFile } from "../files/found-file.ts";
import { loadPackage } from "../optional-package.ts";
import { parseSftpConnection, type SftpAccess } from "./connection.ts";
import { fingerprintOf } from "./known-hosts.ts";
import type { SftpPlace } from "./place.ts";

export interface RemoteEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
  readonly size: number;
  /** In milliseconds, of whole seconds: the protocol has no more. */
  readonly mtimeMs: number;
}

/** One connection to a server of files. Its requests reject with an error of the server, which has a `status`, or with `E_SOURCE`. */
export interface SftpClient {
  /** The entries of a folder as the server hands them out, some hundred at once. */
  list(path: string): AsyncGenerator<readonly RemoteEntry[]>;
  /** Itself, also of a link; undefined if it is gone. */
  look(path: string): Promise<RemoteEntry | undefined>;
  close(): Promise<void>;
}

/** Statuses of the protocol. */
export const STATUS = { END: 1, NO_SUCH_FILE: 2, DENIED: 3 } as const;

/** A request that takes longer has no server any more. In milliseconds. */
const PATIENCE = 30_000;
/** Signs of life: after three that are not answered the connection is given up. In milliseconds. */
const BEAT = 5_000;

/** Throws `E_CONNECTION`, `E_HOST_KEY`, `E_SOURCE`, `E_PACKAGE_MISSING`. Aborting ends it at once. */
export async function openSftpClient(uri: string, place: SftpPlace, signal: AbortSignal): Promise<SftpClient> {
  const access = parseSftpConnection(place.connection, uri);
  const ssh2 = (await loadPackage("sftp()", "ssh2", () => import("ssh2"))).default;
  const client: Client = new ssh2.Client();
  const failure = (error: unknown): HeadgateError =>
    HeadgateError.is(error)
      ? error
      : new HeadgateError("E_SOURCE", `${place.uri} cannot be read: ${messageOf(error)}`, { cause: error, ...hintFor(error, place) });
  let breakOff = (_error: unknown): void => undefined;
  // Rejects when the connection is lost, whatever is asked at that moment.
  const broken = new Promise<never>((_, reject) => {
    breakOff = (error) => reject(failure(error));
  });
  broken.catch(() => undefined);
  client.on("error", (error) => breakOff(error));
  client.on("end", () => breakOff(new Error("the server ended the connection")));
  client.on("close", () => breakOff(new Error("the connection was closed")));
  const abort = (): void => {
    breakOff(new Error("the session is over"));
    client.destroy();
  };

  async function close(): Promise<void> {
    signal.removeEventListener("abort", abort);
    const closed = new Promise<void>((resolve) => void client.on("close", () => resolve()));
    client.end();
    await closeWithin(500, closed);
    client.destroy();
  }

  /** One request, with a time limit. */
  function request<T>(send: (done: (error: Error | undefined | null, result: T) => void) => void): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const answered = new Promise<T>((resolve, reject) => {
      timer = setTimeout(() => reject(failure(new Error(`the server did not answer within ${PATIENCE / 1000} s`))), PATIENCE);
      send((error, result) => (error ? reject(statusOf(error) === undefined ? failure(error) : error) : resolve(result)));
    });
    return Promise.race([answered, broken]).finally(() => clearTimeout(timer));
  }

  let sftp: SFTPWrapper;
  try {
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    const ready = new Promise<void>((resolve) => client.once("ready", resolve));
    client.on("keyboard-interactive", (_name, _instructions, _language, prompts, finish) => finish(prompts.map(() => access.password ?? "")));
    client.connect(settingsOf(access, place, (error) => breakOff(error)));
    await Promise.race([ready, broken]);
    sftp = await request<SFTPWrapper>((done) => client.sftp(done));
  } catch (error) {
    await close();
    throw failure(error);
  }

  return {
    list: async function* (path) {
      const handle = await request<Buffer>((done) => sftp.opendir(path, done));
      try {
        for (;;) {
          const entries = await request<readonly FileEntryWithStats[]>((done) => sftp.readdir(handle, done)).catch((error: unknown) => {
            if (statusOf(error) === STATUS.END) return [];
            throw error;
          });
          if (entries.length === 0) return;
          yield entries
            .filter(({ filename }) => filename !== "." && filename !== "..")
            .map(({ filename, longname, attrs }) => entryOf(filename, attrs, longname));
        }
      } finally {
        sftp.close(handle, () => undefined);
      }
    },
    look: async (path) => {
      try {
        return entryOf(path.slice(path.lastIndexOf("/") + 1), await request<Stats>((done) => sftp.lstat(path, done)));
      } catch (error) {
        if (statusOf(error) === STATUS.NO_SUCH_FILE) return undefined;
        throw error;
      }
    },
    close,
  };
}

/** The status with which the server refused a request; undefined if it did not. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
}

/** A file as the settling of local files takes it. Nothing says when it was moved into place. */
export function toFound(path: string, { size, mtimeMs }: RemoteEntry): FoundFile {
  return { path, size, mtimeMs, ctimeMs: mtimeMs };
}

function settingsOf(access: SftpAccess, place: SftpPlace, refuse: (error: HeadgateError) => void): Parameters<Client["connect"]>[0] {
  const { host, port, username, password, privateKey, passphrase, keyTypes } = access;
  return {
    host,
    port,
    username,
    ...(password === undefined ? {} : { password, tryKeyboard: true }),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(keyTypes.length === 0 ? {} : { algorithms: { serverHostKey: keyTypes as never } }),
    readyTimeout: 20_000,
    keepaliveInterval: BEAT,
    keepaliveCountMax: 3,
    hostVerifier: (key: Buffer) => {
      const fingerprint = fingerprintOf(key);
      const judgement = access.judge(key, fingerprint);
      if (judgement !== "known") refuse(refusal(place, `${host}:${port}`, fingerprint, judgement));
      return judgement === "known";
    },
  };
}

function refusal(place: SftpPlace, server: string, fingerprint: string, judgement: "revoked" | "unknown"): HeadgateError {
  const what = judgement === "revoked" ? "which known_hosts calls revoked" : "which its connection does not know";
  return new HeadgateError("E_HOST_KEY", `${server} shows the host key ${fingerprint}, ${what}: it may be another server that pretends to be this one`, {
    where: place.uri,
    hint: `ask the server's owner for its fingerprint; if it is this one, add fingerprint=${fingerprint} (or known_hosts=/path) to the connection "${place.connection}"`,
  });
}

function entryOf(name: string, attrs: Stats, longname = ""): RemoteEntry {
  return { name, kind: kindOf(attrs, longname), size: attrs.size, mtimeMs: attrs.mtime * 1000 };
}

/** Some servers give no mode, and some follow links in it; then the line for people tells. */
function kindOf(attrs: Stats, longname: string): RemoteEntry["kind"] {
  const letter = longname[0];
  if (letter === "l" || attrs.isSymbolicLink()) return "link";
  if (attrs.isDirectory()) return "folder";
  if (attrs.isFile()) return "file";
  if (attrs.mode === undefined) return letter === "d" ? "folder" : letter === "-" ? "file" : "other";
  return "other";
}

function hintFor(error: unknown, place: SftpPlace): { readonly hint?: string } {
  const level = typeof error === "object" && error !== null && "level" in error ? error.level : undefined;
  return level === "client-authentication" ? { hint: `check user, password and key of the connection "${place.connection}"` } : {};
}
