import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { withCacheLock } from "../../runtime/embedded/cache-lock.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** What `npm run build` writes last. */
const BUNDLE = join(root, "dist/workflows/bundle.cjs");

/**
 * The `headgate` command as it is shipped, for `spawn(process.execPath, [builtCommand, ...])`: its processes start in half the time that
 * those from sources take, and a test sees what users get. Built again on import, outside of any test's time, if a source is newer.
 */
export const builtCommand: string = join(root, "dist/cli/main.js");
if (!isFresh()) await build();

async function build(): Promise<void> {
  mkdirSync(join(root, ".headgate"), { recursive: true });
  await withCacheLock(join(root, ".headgate/build.lock"), { onProgress: () => undefined, waitingFor: "" }, async () => {
    if (isFresh()) return;
    const start = new Date();
    await promisify(execFile)("npm", ["run", "--silent", "build"], { cwd: root });
    // What was saved while it was built is newer than the build.
    utimesSync(BUNDLE, start, start);
  });
}

function isFresh(): boolean {
  const built = statSync(BUNDLE, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const { include } = JSON.parse(readFileSync(join(root, "tsconfig.build.json"), "utf8")) as { readonly include: readonly string[] };
  // A folder is newer if something in it was added or removed.
  const files = [...include, "ui"].flatMap((folder) => [
    folder,
    ...readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, String(file))),
  ]);
  return [...files, "package.json", "tsconfig.json", "tsconfig.build.json"].every((file) => statSync(join(root, file)).mtimeMs <= built);
}
