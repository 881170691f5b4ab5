import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { expect } from "vitest";
import { storeSchema } from "../../cli/frame/connect.ts";
import { SIGNALS, type WatcherBatch } from "../../core/registry-protocol.ts";
import { check, NOTHING_FOUND } from "./checker.ts";
import { arrivals, landing } from "./dags/faults.ts";
import { registryHistory, signalsOf } from "./registry-history.ts";
import { openScene, type Scene } from "./scene.ts";
import { until } from "./until.ts";

/** A lock that keeps every batch from being marked as sent, while appending and sending go on. */
const MARKING = 4711;

/** A watcher killed between the accepted signal and the saved mark: the batch comes again, and the registry drops it. */
export async function killWatcher(): Promise<void> {
  await using scene = await openScene();
  const first = await scene.startWorker();
  await scene.deploy();
  const db = new pg.Client({ connectionString: scene.servers.databaseUrl });
  await db.connect();
  try {
    const sent = await drop(scene, 5);
    await until("the first files are consumed", () => scene.lines().length === sent.length);
    await holdMarks(db, storeSchema(scene.servers.environment));
    await drop(scene, 5);
    await until("a signal is accepted and its batch is not marked as sent", async () => {
      const accepted = await scene.registry.watcher(arrivals.id);
      const [outbox] = await scene.store.listWatchers();
      return accepted !== null && outbox !== undefined && accepted.seq > outbox.sentSeq && (await isMarking(db));
    });
    await first.kill();
    // Else the server would finish what the dead process had asked for.
    await db.query("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = $1 and not granted", [MARKING]);
    await db.query("select pg_advisory_unlock($1)", [MARKING]);
    const accepted = await lastSeq(scene);
    await drop(scene, 5);
    await scene.startWorker();
    await until(
      "all files are consumed",
      () => scene.lines().length >= 15,
      90_000,
      () => JSON.stringify(scene.lines()),
    );
    await scene.settle();

    const { findings, runs } = await check(scene, { dag: "fault-landing", asset: landing.uri, idOf: (event) => String(event.data.path) });
    expect(findings).toEqual(NOTHING_FOUND);
    expect(runs).toHaveLength(15);
    // The fault happened: the batch that had been accepted came again, byte for byte.
    const repeats = (await batches(scene)).filter((batch) => batch.seq === accepted);
    expect(repeats.length).toBeGreaterThan(1);
    expect(new Set(repeats.map((batch) => JSON.stringify(batch))).size).toBe(1);
  } finally {
    await db.end();
  }
}

let dropped = 0;
async function drop(scene: Scene, count: number): Promise<readonly string[]> {
  const names = Array.from({ length: count }, (_, index) => `${dropped + index}.txt`);
  dropped += count;
  scene.generator.note(landing, names);
  for (const name of names) {
    await writeFile(join(scene.folder, name), name);
    await rename(join(scene.folder, name), join(scene.landing, name));
  }
  return names;
}

async function holdMarks(db: pg.Client, schema: string): Promise<void> {
  const table = `${pg.escapeIdentifier(schema)}.outbox_batches`;
  await db.query(
    `create function ${pg.escapeIdentifier(schema)}.wait_for_test() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock_shared(${MARKING}); return new; end $$`,
  );
  await db.query(`create trigger wait_for_test before update on ${table} for each row execute function ${pg.escapeIdentifier(schema)}.wait_for_test()`);
  await db.query("select pg_advisory_lock($1)", [MARKING]);
}

async function isMarking(db: pg.Client): Promise<boolean> {
  const { rowCount } = await db.query("select 1 from pg_locks where locktype = 'advisory' and objid = $1 and not granted", [MARKING]);
  return (rowCount ?? 0) > 0;
}

/** The batches that were signalled, repeats among them. */
async function batches(scene: Scene): Promise<readonly WatcherBatch[]> {
  return signalsOf<WatcherBatch[]>(await registryHistory(scene), SIGNALS.watcherBatch).flat();
}

async function lastSeq(scene: Scene): Promise<number> {
  return Math.max(...(await batches(scene)).map((batch) => batch.seq));
}
