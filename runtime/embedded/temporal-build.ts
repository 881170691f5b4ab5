import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { childEnvironment } from "../config.ts";
import { type Progress, withHeartbeat } from "../progress.ts";

interface BuildOptions {
  readonly target: string;
  readonly version: string;
  readonly go: string;
  readonly onProgress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** Folder of the checked-in go.mod: above the sources, and above `dist` in the published package. */
function moduleFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (dirname(folder) !== folder) {
    const candidate = join(folder, "scripts", "temporal");
    if (existsSync(join(candidate, "go.mod"))) return candidate;
    folder = dirname(folder);
  }
  throw new Error("scripts/temporal/go.mod is not in this package");
}

/** Builds the Temporal CLI from the Go module proxy. Minutes on a cold cache, so it says how far it is. */
export async function buildTemporal({ target, version, go, onProgress, signal }: BuildOptions): Promise<void> {
  const seen = { downloaded: 0, compiled: 0 };
  const lines: string[] = [];
  onProgress(`building the Temporal CLI ${version} with Go: about 4 minutes the first time, then never again`);
  // The CLI's own module cannot be installed by name, as it has a `replace`; our go.mod has the same and pins all.
  const ldflags = `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${version}`;
  const args = ["build", "-v", "-mod=readonly", "-o", target, "-ldflags", ldflags, "github.com/temporalio/cli/cmd/temporal"];
  await withHeartbeat(
    onProgress,
    (elapsed) => `building the Temporal CLI: ${seen.downloaded} modules downloaded, ${seen.compiled} packages compiled, ${Math.round(elapsed / 1000)} s`,
    () =>
      new Promise<void>((resolve, reject) => {
        // Static, so that it also runs where the C library is another one.
        const child = spawn(go, args, {
          cwd: moduleFolder(),
          env: childEnvironment({ CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" }),
          stdio: ["ignore", "ignore", "pipe"],
          signal,
        });
        createInterface(child.stderr).on("line", (line) => {
          if (line.startsWith("go: downloading ")) seen.downloaded += 1;
          else if (/^[\w.-]+(\/[\w.~-]+)*$/.test(line)) seen.compiled += 1;
          else lines.push(line);
        });
        child.on("error", (error) => reject((error as NodeJS.ErrnoException).code === "ENOENT" ? new Error(`no \`${go}\` command`) : error));
        child.on("close", (code) =>
          code === 0 ? resolve() : reject(new Error(`\`go build\` ended with ${code}: ${lines.slice(-5).join(" ").slice(0, 600)}`)),
        );
      }),
  );
}
