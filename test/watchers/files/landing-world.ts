import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { asset } from "../../../core/authoring/asset.ts";
import { daily } from "../../../core/authoring/partitions.ts";
import { files } from "../../../watchers/files/index.ts";
import type { SourceWorld } from "../source-contract.ts";

/** A landing folder of its own, with one folder a day. */
export async function createLandingWorld(): Promise<SourceWorld> {
  const root = await mkdtemp(join(tmpdir(), "landing-"));
  const landing = asset(`${pathToFileURL(root).href}/{ds}/`, { partitions: daily() });
  await mkdir(join(root, "2026-11-23"));
  return {
    watcher: (startAt) => ({ kind: "watcher", id: "landing", source: files({ pattern: "**/*.csv", settle: "10ms" }), publishes: landing, every: 50, startAt }),
    put: async (name) => {
      const path = join(root, "2026-11-23", `${name}.csv`);
      await writeFile(`${path}.part`, name);
      await rename(`${path}.part`, path);
    },
    // A file in a folder that is no day has no partition.
    putPoison: async (name) => {
      await mkdir(join(root, "someday"), { recursive: true });
      await writeFile(join(root, "someday", `${name}.csv`), name);
    },
    nameOf: (event) => String(event.data?.path).replace(/^.*\/(.*)\.csv$/, "$1"),
    dispose: () => rm(root, { recursive: true, force: true }),
  };
}
