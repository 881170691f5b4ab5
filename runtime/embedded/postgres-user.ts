import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { HeadgateError } from "../../core/errors.ts";

/** Whom Postgres runs as, since it refuses to run as root. */
export interface PostgresUser {
  readonly uid: number;
  readonly gid: number;
}

/** Undefined if we are not root: then Postgres runs as ourselves. As root: the user `postgres`, made if there is none. */
export function postgresUser(): PostgresUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const found = lookUp();
  if (found !== undefined) return found;
  try {
    execFileSync("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/bin/false", "postgres"], { stdio: "pipe" });
  } catch (cause) {
    // Another process may have made it in this moment.
    if (lookUp() === undefined) {
      throw new HeadgateError("E_POSTGRES", "Postgres does not run as root, and the user postgres could not be made", {
        hint: "create a user postgres, or run headgate as another user than root",
        cause,
      });
    }
  }
  return lookUp();
}

function lookUp(): PostgresUser | undefined {
  try {
    const id = (option: string): number => Number(execFileSync("id", [option, "postgres"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return undefined;
  }
}

/** Whether the user may walk down to the folder and look into it; a project below /root fails this. */
export function isReachableBy(user: PostgresUser, folder: string): boolean {
  for (let current = resolve(folder); ; current = dirname(current)) {
    const found = statSync(current, { throwIfNoEntry: false });
    const execute =
      found === undefined || (found.uid === user.uid ? found.mode & 0o100 : found.gid === user.gid ? found.mode & 0o010 : found.mode & 0o001) !== 0;
    if (!execute) return false;
    if (dirname(current) === current) return true;
  }
}

const SHARED = "/var/lib/headgate";

/** A folder that root owns and every user can reach, for what cannot stay below a closed home folder. */
export function privateFolder(name: string): string {
  mkdirSync(SHARED, { recursive: true });
  chmodSync(SHARED, 0o755);
  return join(SHARED, name);
}

/** Where Postgres keeps the data of a state folder: in it, unless `user` cannot get there. The same folder gives the same answer. */
export function dataHome(stateDir: string, user: PostgresUser | undefined): string {
  if (user === undefined || isReachableBy(user, stateDir)) return join(stateDir, "postgres");
  return privateFolder(`postgres-of-${createHash("sha256").update(resolve(stateDir)).digest("hex").slice(0, 16)}`);
}
