import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { messageOf } from "../../core/errors.ts";
import { childEnvironment } from "../../runtime/config.ts";
import { withCacheLock } from "../../runtime/embedded/cache-lock.ts";
import { withHeartbeat } from "../../runtime/progress.ts";
import type { PrepareOptions } from "./server.ts";

/** One entry of the cache: a file or a folder that is there whole or not at all. */
interface CacheEntry {
  /** With the version in it: another version is another entry. */
  readonly name: string;
  /** Said while it is made. */
  readonly purpose: string;
  /** Makes it at `target`, which does not exist. */
  make(target: string): Promise<void>;
}

/** The path of the entry, made if it is not there. Whoever comes second waits for the first. */
export async function cached({ name, purpose, make }: CacheEntry, { cacheDir, onProgress }: Required<PrepareOptions>): Promise<string> {
  const path = join(cacheDir, name);
  if (existsSync(path)) return path;
  await mkdir(cacheDir, { recursive: true });
  return await withCacheLock(`${path}.lock`, { onProgress, waitingFor: `another process is at it: ${purpose}` }, async () => {
    if (existsSync(path)) return path;
    const target = `${path}.${process.pid}.new`;
    try {
      onProgress(`${purpose}, once`);
      await withHeartbeat(
        onProgress,
        (elapsed) => `${purpose}: ${Math.round(elapsed / 1000)} s`,
        () => make(target),
      );
      await rename(target, path);
    } finally {
      await rm(target, { recursive: true, force: true });
    }
    return path;
  });
}

/** Runs a build tool to its end. The error says which command is missing, or the end of what it wrote. */
export async function runTool(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
) {
  try {
    await promisify(execFile)(command, [...args], { cwd: options.cwd, env: childEnvironment(options.env), maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { code, stderr, stdout } = error as { code?: unknown; stderr?: string; stdout?: string };
    if (code === "ENOENT") throw new Error(`there is no \`${command}\` command on this machine`);
    const said = `${stdout ?? ""}\n${stderr ?? ""}`.trim().split("\n").slice(-8).join("\n");
    throw new Error(`\`${command} ${args[0] ?? ""}\` failed: ${said || messageOf(error)}`);
  }
}

/** A Go program of the module proxy, as one static binary: `github.com/versity/versitygw/cmd/versitygw`, `v1.7.0`. */
export function goBinary(name: string, pkg: string, version: string, options: Required<PrepareOptions>): Promise<string> {
  return cached(
    {
      name: `${name}-${version}`,
      purpose: `building ${name} ${version} with Go (a minute or two)`,
      make: async (target) => {
        const folder = `${target}.bin`;
        try {
          await runTool("go", ["install", "-ldflags", "-s -w", `${pkg}@${version}`], { env: { CGO_ENABLED: "0", GOBIN: folder, GOFLAGS: "", GOWORK: "off" } });
          await rename(join(folder, pkg.split("/").at(-1) ?? name), target);
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      },
    },
    options,
  );
}

/** The Go program in `scripts/servers/<name>/`, as one static binary. Another program is another entry of the cache. */
export function goProgram(name: string, options: Required<PrepareOptions>): Promise<string> {
  const folder = fileURLToPath(new URL(name, import.meta.url));
  const hash = createHash("sha256");
  for (const file of ["main.go", "go.mod", "go.sum"]) hash.update(readFileSync(join(folder, file)));
  return cached(
    {
      name: `${name}-${hash.digest("hex").slice(0, 12)}`,
      purpose: `building the ${name} server with Go (a minute)`,
      make: (target) =>
        runTool("go", ["build", "-mod=readonly", "-ldflags", "-s -w", "-o", target, "."], {
          cwd: folder,
          env: { CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" },
        }),
    },
    options,
  );
}

/** A folder with the jars that `scripts/servers/<name>/pom.xml` names, fetched by Maven: give `<folder>/*` to java as its class path. */
export function mavenJars(name: string, version: string, options: Required<PrepareOptions>): Promise<string> {
  const pom = fileURLToPath(new URL(`${name}/pom.xml`, import.meta.url));
  return cached(
    {
      name: `${name}-${version}-jars`,
      purpose: `fetching the jars of ${name} ${version} with Maven (40 MB)`,
      make: async (target) => {
        await runTool("java", ["-version"]);
        const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
        await runTool("mvn", ["-q", "-B", "-f", pom, goal, `-DoutputDirectory=${target}`, "-DincludeScope=runtime"]);
      },
    },
    options,
  );
}
