import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { HeadgateError } from "../../core/errors.ts";
import { childEnvironment } from "../config.ts";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import type { PostgresUser } from "./postgres-user.ts";
import { identify, type ProcessIdentity } from "./process-identity.ts";

/** Superuser of the embedded cluster. */
export const POSTGRES_ROLE = "headgate";

/** The password of the cluster: made once, kept beside it, readable by its owner only. */
export function clusterPassword(home: string, user: PostgresUser | undefined): string {
  const file = join(home, "password");
  if (!existsSync(file)) {
    mkdirSync(home, { recursive: true });
    if (user !== undefined) chownSync(home, user.uid, user.gid);
    writeFileSync(file, `${randomBytes(18).toString("base64url")}\n`, { mode: 0o600 });
    if (user !== undefined) chownSync(file, user.uid, user.gid);
  }
  return readFileSync(file, "utf8").trim();
}

/** The data folder below `home`, made by initdb if there is none. Throws `E_POSTGRES` if another major version made it. */
export async function ensureCluster(home: string, binaries: PostgresBinaries, user: PostgresUser | undefined): Promise<string> {
  const data = join(home, "data");
  const made = readVersion(data);
  if (made === binaries.major) return data;
  if (made !== undefined) {
    throw new HeadgateError("E_POSTGRES", `the state in ${data} was made by Postgres ${made}, and this is Postgres ${binaries.major}`, {
      where: data,
      hint: `move ${data} away to begin anew, or go back to the version of headgate that made it and dump its data first`,
    });
  }
  // Under another name until it is whole: an initdb that was killed in the middle leaves no half cluster to stumble over.
  const fresh = join(home, "data.new");
  rmSync(fresh, { recursive: true, force: true });
  const args = [`--pgdata=${fresh}`, `--username=${POSTGRES_ROLE}`, `--pwfile=${join(home, "password")}`, "--auth=scram-sha-256", "--encoding=UTF8"];
  const locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  try {
    await promisify(execFile)(binaries.initdb, [...args, ...locale], { env: childEnvironment({ ...binaries.env, LC_ALL: "C" }), cwd: home, ...user });
  } catch (cause) {
    const said = cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim() : String(cause);
    throw new HeadgateError("E_POSTGRES", `the Postgres cluster in ${data} could not be made: ${said}`, {
      where: home,
      hint: "make the folder writable, or choose another one with --state-dir",
      cause,
    });
  }
  rmSync(data, { recursive: true, force: true });
  renameSync(fresh, data);
  return data;
}

function readVersion(data: string): string | undefined {
  try {
    return readFileSync(join(data, "PG_VERSION"), "utf8").trim();
  } catch {
    return undefined;
  }
}

/**
 * The postmaster that still runs on this data folder, if there is one. Else its lock file is removed: Postgres trusts
 * `kill(pid, 0)`, which also succeeds for a process that only waits to be reaped and for a stranger with the same pid.
 */
export function liveOrphan(data: string): ProcessIdentity | undefined {
  const lock = join(data, "postmaster.pid");
  let pid: number;
  try {
    pid = Number(readFileSync(lock, "utf8").split("\n")[0]);
  } catch {
    return undefined;
  }
  const identity = Number.isInteger(pid) && pid > 0 ? identify(pid) : undefined;
  if (identity !== undefined && servesData(pid, data)) return identity;
  rmSync(lock, { force: true });
  return undefined;
}

function servesData(pid: number, data: string): boolean {
  // Elsewhere than on Linux the lock file alone must be believed.
  if (process.platform !== "linux") return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(data);
  } catch {
    return false;
  }
}
