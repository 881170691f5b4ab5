import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { asset } from "../../../core/authoring/asset.ts";
import { daily } from "../../../core/authoring/partitions.ts";
import type { WatcherDefinition } from "../../../core/definition.ts";
import type { Source } from "../../../core/source.ts";
import type { SftpServer } from "../../../scripts/servers/sftp.ts";
import { type SftpOptions, sftp } from "../../../watchers/sftp/index.ts";
import type { SourceWorld } from "../source-contract.ts";

export interface OutboxWorld extends SourceWorld {
  /** The watched folder on this machine, and as the server is asked for it. */
  readonly root: string;
  readonly connection: (name: string) => string;
  /** Writes a file at once, by a temporary name. */
  write(path: string, content?: string): Promise<void>;
  watcherBy(options?: SftpOptions, startAt?: unknown): WatcherDefinition;
}

/** A folder of its own in the server's, with one folder a day. */
export async function createOutboxWorld(server: SftpServer): Promise<OutboxWorld> {
  const folder = `outbox-${randomUUID()}`;
  const root = join(server.home, folder);
  await mkdir(join(root, "2026-11-23"), { recursive: true });
  const outbox = asset(`sftp://partner/~/${folder}/{ds}/`, { partitions: daily() });

  const write = async (path: string, content = path): Promise<void> => {
    const to = join(root, path);
    await mkdir(dirname(to), { recursive: true });
    await writeFile(`${to}.filepart`, content);
    await rename(`${to}.filepart`, to);
  };
  const watcherBy = (options: SftpOptions = {}, startAt: unknown = "beginning"): WatcherDefinition => ({
    kind: "watcher",
    id: "outbox",
    source: sftp({ pattern: "**/*.csv", settle: "10ms", ...options }) as unknown as Source,
    publishes: outbox,
    every: 50,
    startAt,
  });
  return {
    root,
    write,
    watcherBy,
    connection: (name) => (name === "partner" ? server.url : name),
    watcher: (startAt) => watcherBy({}, startAt),
    put: (name) => write(`2026-11-23/${name}.csv`),
    // A file in a folder that is no day has no partition.
    putPoison: (name) => write(`someday/${name}.csv`),
    nameOf: (event) => String(event.data?.path).replace(/^.*\/(.*)\.csv$/, "$1"),
    dispose: () => rm(root, { recursive: true, force: true }),
  };
}
