import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { messageOf } from "../../core/errors.ts";
import type { RunningServer, ServerRecipe } from "../../scripts/servers/server.ts";

const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);

/** Servers by the names that a test calls them. */
type Recipes = Readonly<Record<string, ServerRecipe>>;
type Started<R extends Recipes> = { readonly [K in keyof R]: Awaited<ReturnType<R[K]["start"]>> };

/**
 * Tests against real servers, which run while they do. If one cannot be had on this machine they are skipped, and the name of the
 * suite says why.
 *
 * @example
 * await describeWithServers("the S3 source", { s3: s3Server }, (servers) => {
 *   it("lists", async () => fetch(servers().s3.url));
 * });
 */
export async function describeWithServers<R extends Recipes>(name: string, recipes: R, tests: (servers: () => Started<R>) => void): Promise<void> {
  const missing: string[] = [];
  for (const recipe of Object.values(recipes)) await recipe.prepare({ onProgress }).catch((error: unknown) => missing.push(messageOf(error)));
  describe.skipIf(missing.length > 0)(missing.length === 0 ? name : `${name} (skipped: ${missing.join("; ")})`, () => {
    const started: Record<string, RunningServer> = {};
    const folders: string[] = [];
    beforeAll(async () => {
      for (const [key, recipe] of Object.entries(recipes)) {
        const stateDir = await mkdtemp(join(tmpdir(), `headgate-${recipe.name}-`));
        folders.push(stateDir);
        // Some servers do not run as root: their user must get in.
        await chmod(stateDir, 0o755);
        started[key] = await recipe.start({ stateDir, onProgress });
      }
    }, 120_000);
    afterAll(async () => {
      await Promise.all(Object.values(started).map((server) => server.stop()));
      await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
    });
    tests(() => {
      if (Object.keys(started).length === 0) throw new Error("servers are only there while tests run: ask for them in a test or a hook");
      return started as Started<R>;
    });
  });
}

/** `describeWithServers` for one server. */
export function describeWithServer<S extends RunningServer>(name: string, recipe: ServerRecipe<S>, tests: (server: () => S) => void): Promise<void> {
  return describeWithServers(name, { server: recipe }, (servers) => tests(() => servers().server));
}
