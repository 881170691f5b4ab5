import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openStore } from "../../store/index.ts";
import { event, eventFact, fateFact } from "./facts.ts";
import { startOwnPostgres } from "./postgres.ts";

const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);
beforeEach(() => {
  unhandled.length = 0;
  process.on("uncaughtExceptionMonitor", note);
  process.on("unhandledRejection", note);
});
afterEach(async () => {
  await delay(50);
  process.off("uncaughtExceptionMonitor", note);
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

it("is complete after Postgres is killed in the middle of projecting, as often as the call is repeated", async () => {
  await using postgres = await startOwnPostgres();
  const store = openStore({ url: postgres.databaseUrl });
  await store.migrate();
  const facts = Array.from({ length: 4_000 }, (_, i) => [
    eventFact(2 * i + 1, event(i + 1)),
    fateFact(2 * i + 2, i + 1, { fate: "consumed", run: `orders-clean/e-${i}` }),
  ]).flat();
  const calls = Array.from({ length: 16 }, (_, i) => facts.slice(i * 500, (i + 1) * 500));
  let failures = 0;
  const projecting = (async () => {
    for (const call of calls) {
      for (;;) {
        try {
          await store.project("r1", call);
          break;
        } catch (error) {
          expect(error).toMatchObject({ code: "E_STORE" });
          failures += 1;
          await delay(20);
        }
      }
    }
  })();
  for (let kill = 0; kill < 3; kill += 1) {
    await delay(60);
    await postgres.kill();
    await postgres.start();
  }
  await projecting;
  expect(failures).toBeGreaterThan(0);
  expect(await store.listProjections()).toMatchObject([{ covered: [[1, 8_000]], unprojected: 0 }]);
  expect((await store.listAssets())[0]?.version).toBe(4_000);
  const ids = facts.flatMap((fact) => (fact.kind === "event" ? [fact.event.id] : []));
  expect(await store.tally({ dag: "orders-clean", ids })).toMatchObject({ in: 4_000, consumed: 4_000, lost: 0, doubled: 0 });
  await store.close();
}, 120_000);

it("says E_STORE at once when nothing listens, and works again when Postgres is back", async () => {
  await using postgres = await startOwnPostgres();
  const store = openStore({ url: postgres.databaseUrl });
  await store.migrate();
  await Promise.all([1, 2, 3, 4, 5].map(() => store.ping()));
  await postgres.kill();
  const before = performance.now();
  await expect(store.ping()).rejects.toMatchObject({ code: "E_STORE" });
  await expect(store.outbox.open({ id: "w", source: "s", fingerprint: "f" })).rejects.toMatchObject({ code: "E_STORE" });
  expect(performance.now() - before).toBeLessThan(2_000);
  await postgres.start();
  await store.ping();
  await store.close();
}, 60_000);

it("gives up on a server that accepts and says nothing, and never tells the password", async () => {
  const silent = createServer(() => undefined).listen(0, "127.0.0.1");
  await new Promise((resolve) => silent.once("listening", resolve));
  const { port } = silent.address() as { port: number };
  const store = openStore({ url: `postgres://ana:s3cret@127.0.0.1:${port}/lake`, connectTimeout: 300 });
  const before = performance.now();
  const error = await store.ping().catch((caught: Error) => caught);
  expect(performance.now() - before).toBeLessThan(2_000);
  expect(error).toMatchObject({ code: "E_STORE", where: `Postgres at 127.0.0.1:${port}/lake` });
  expect(`${(error as Error).message} ${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain("s3cret");
  await store.close();
  silent.close();
});

it("gives up on a statement that hangs, and does not use its connection again", async () => {
  await using postgres = await startOwnPostgres();
  const [store, other] = [openStore({ url: postgres.databaseUrl, queryTimeout: 500, poolSize: 1 }), openStore({ url: postgres.databaseUrl, poolSize: 1 })];
  await store.migrate();
  const blocker = await import("pg").then(({ default: pg }) => new pg.Client({ connectionString: postgres.databaseUrl }));
  await blocker.connect();
  await blocker.query("begin; lock table headgate.horizons in access exclusive mode");
  const before = performance.now();
  await expect(store.project("r1", [eventFact(1, event(1))])).rejects.toMatchObject({ code: "E_STORE" });
  expect(performance.now() - before).toBeLessThan(1_500);
  await store.ping();
  await blocker.query("rollback");
  await blocker.end();
  await store.project("r1", [eventFact(1, event(1))]);
  await Promise.all([store.close(), other.close()]);
}, 60_000);
