import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { messageOf } from "../../core/errors.ts";
import type { RunningServer, ServerRecipe } from "../../scripts/servers/server.ts";

const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);

/**
 * Tests against a real server, which runs while they do. If it cannot be had on this machine they are skipped, and the name
 * of the suite says why.
 *
 * @example
 * await describeWithServer("the S3 source", s3Server, (server) => {
 *   it("lists", async () => fetch(server().url));
 * });
 */
export async function describeWithServer<S extends RunningServer>(name: string, recipe: ServerRecipe<S>, tests: (server: () => S) => void): Promise<void> {
  const missing = await recipe.prepare({ onProgress }).then(
    () => undefined,
    (error: unknown) => messageOf(error),
  );
  describe.skipIf(missing !== undefined)(missing === undefined ? name : `${name} (skipped: ${missing})`, () => {
    let server: S | undefined;
    let stateDir: string | undefined;
    beforeAll(async () => {
      stateDir = await mkdtemp(join(tmpdir(), `headgate-${recipe.name}-`));
      // Some servers do not run as root: their user must get in.
      await chmod(stateDir, 0o755);
      server = await recipe.start({ stateDir, onProgress });
    }, 120_000);
    afterAll(async () => {
      await server?.stop();
      if (stateDir !== undefined) await rm(stateDir, { recursive: true, force: true });
    });
    tests(() => {
      if (server === undefined) throw new Error(`${recipe.title} is only there while tests run: ask for it in a test or a hook`);
      return server;
    });
  });
}
