import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmbeddedPostgres, startPostgres } from "../../runtime/embedded/postgres.ts";

/** A Postgres that a test may kill, with a folder that goes with it. */
export async function startOwnPostgres(): Promise<EmbeddedPostgres & { readonly folder: string; [Symbol.asyncDispose](): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "headgate-store-"));
  // Postgres does not run as root: its user must get in.
  await chmod(folder, 0o755);
  const postgres = await startPostgres({ stateDir: join(folder, "state") });
  return Object.assign(postgres, {
    folder,
    [Symbol.asyncDispose]: async () => {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  });
}
