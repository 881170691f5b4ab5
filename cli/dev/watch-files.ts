import { relative } from "node:path";
import { watch } from "chokidar";
import { CONFIG_FILE_NAMES } from "../../runtime/config-file.ts";

/** Files that a save of which changes what is deployed. */
const SOURCE = /\.([cm]?[jt]sx?|json|ya?ml)$/;
const SETTLE = 80;

export interface WatchedFiles {
  /** Watches the folders of these globs too. */
  add(globs: readonly string[]): void;
  close(): Promise<void>;
}

/** Calls back, once things are quiet, with the project's files that changed; paths are relative to the root. */
export function watchFiles(root: string, globs: readonly string[], onChange: (paths: readonly string[]) => void): WatchedFiles {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch([...new Set(globs.map(staticPart)), ...CONFIG_FILE_NAMES], {
    cwd: root,
    ignoreInitial: true,
    ignored: (path, stats) => path.includes("node_modules") || (stats?.isFile() === true && !SOURCE.test(path)),
  });
  watcher.on("all", (event, path) => {
    if (event === "addDir" || event === "unlinkDir") return;
    changed.add(relative(root, `${root}/${path}`));
    clearTimeout(timer);
    timer = setTimeout(() => {
      const paths = [...changed].sort();
      changed.clear();
      onChange(paths);
    }, SETTLE);
  });
  return {
    add: (more) => void watcher.add(more.map(staticPart)),
    close: async () => {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}

/** The folder of a glob: `dags/**\/*.ts` is `dags`. */
function staticPart(glob: string): string {
  const segments = glob.split("/");
  const first = segments.findIndex((segment) => /[*?[{]/.test(segment));
  return segments.slice(0, first < 0 ? segments.length - 1 : first).join("/") || ".";
}
