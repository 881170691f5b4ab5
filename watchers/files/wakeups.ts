import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import type { SourceLog } from "../../core/source.ts";
import { codeOf } from "./list-files.ts";

/**
 * Hints from the operating system that something happened to a path. They may come late, doubled or never (network mounts,
 * overflow, no watches left): polling is the truth, this only makes it quick.
 * One watch a folder and nothing held for its files: measured with 100,000 files at 38 MB and 0.9 s, against 744 MB and 4.6 s with chokidar.
 */
export interface Wakeups {
  /** Watches a folder; again, if it was watched before, since it may be another one of the same name. */
  watchFolder(path: string): void;
  isWatched(path: string): boolean;
  unwatch(path: string): void;
  /** Paths that something happened to since the last call. */
  take(): readonly string[];
  /** Waits until something happens, the time is over or the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

export function createWakeups(root: string, log: SourceLog): Wakeups {
  const watches = new Map<string, FSWatcher>();
  let touched = new Set<string>();
  let ring: (() => void) | undefined;
  let exhausted = false;

  function touch(path: string): void {
    touched.add(path);
    ring?.();
  }

  function unwatch(path: string): void {
    watches.get(path)?.close();
    watches.delete(path);
  }

  function watchFolder(path: string): void {
    unwatch(path);
    if (exhausted) return;
    try {
      const watcher = watch(join(root, path), (_kind, name) => touch(name === null ? path : path === "" ? name : `${path}/${name}`));
      watcher.on("error", () => unwatch(path));
      watches.set(path, watcher);
    } catch (error) {
      const code = codeOf(error);
      if (code === "ENOENT" || code === "ENOTDIR") return;
      exhausted = code === "ENOSPC" || code === "EMFILE";
      log.warn(`${join(root, path)} is only polled: ${code}`, exhausted ? { hint: "raise fs.inotify.max_user_watches" } : {});
    }
  }

  return {
    watchFolder,
    unwatch,
    isWatched: (path) => watches.has(path),
    take: () => {
      const paths = [...touched];
      touched = new Set();
      return paths;
    },
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (touched.size > 0 || signal.aborted || ms <= 0) {
          resolve();
          return;
        }
        const timer = setTimeout(done, ms);
        function done(): void {
          clearTimeout(timer);
          signal.removeEventListener("abort", done);
          ring = undefined;
          resolve();
        }
        signal.addEventListener("abort", done, { once: true });
        ring = done;
      }),
    close: () => {
      for (const path of [...watches.keys()]) unwatch(path);
    },
  };
}
