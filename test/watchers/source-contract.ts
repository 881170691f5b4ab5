import { afterEach, describe, expect, it } from "vitest";
import type { WatcherDefinition } from "../../core/definition.ts";
import type { EventInput } from "../../core/event.ts";
import { createMemoryOutbox } from "../../watchers/outbox-memory.ts";
import { CRASH_POINTS, createDoomedProcess } from "./crash.ts";
import type { OutboxWorld } from "./outbox-contract.ts";
import { createRecordingRegistry, type RecordingRegistry } from "./recording-registry.ts";
import { type RunningSession, startSession, until } from "./session-run.ts";

/** A real place that a source reads, and a way to change it from outside. */
export interface SourceWorld {
  /** A watcher of this place, with a short poll interval. `startAt` as given. */
  watcher(startAt: "now" | "beginning"): WatcherDefinition;
  /** The URI behind a named connection, if the source takes one. */
  readonly connection?: (name: string) => string;
  /** Makes one new item, complete at once, that gives one event. */
  put(name: string): Promise<void>;
  /** The name that was given to `put`. */
  nameOf(event: EventInput): string;
  /** Makes one item that cannot be decoded or mapped, with the name in its id or its text. */
  putPoison(name: string): Promise<void>;
  dispose(): Promise<void>;
}

export interface SourceTraits {
  /** What was acknowledged is gone, as in a queue: a reset cannot bring it again. @default false */
  readonly forgets?: boolean;
}

/**
 * What every source must keep, whatever it reads: nothing is lost, nothing comes twice, over restarts and over a crash after
 * any step. Compared as sets: what was put against what the registry took.
 */
export function sourceContract(
  name: string,
  createSourceWorld: () => Promise<SourceWorld>,
  createOutboxWorld: () => Promise<OutboxWorld> = createMemoryWorld,
  { forgets = false }: SourceTraits = {},
): void {
  describe(`${name} keeps the contract of sources`, () => {
    const open: { world?: SourceWorld; sessions: RunningSession[] } = { sessions: [] };
    afterEach(async () => {
      await Promise.all(open.sessions.map((session) => session.stop().catch(() => undefined)));
      open.sessions = [];
      await open.world?.dispose();
      delete open.world;
    });

    const begin = async () => {
      const world = await createSourceWorld();
      open.world = world;
      const { outbox, deadLetters } = await createOutboxWorld();
      const registry = createRecordingRegistry();
      const start = (startAt: "now" | "beginning", doomed?: ReturnType<typeof createDoomedProcess>) => {
        const session = startSession(world.watcher(startAt), doomed?.outbox ?? outbox, doomed?.sender ?? registry, {
          ...(doomed === undefined ? {} : { died: doomed.died }),
          ...(world.connection === undefined ? {} : { connection: world.connection }),
        });
        open.sessions.push(session);
        return session;
      };
      const putAll = async (names: readonly string[]) => {
        for (const one of names) await world.put(one);
      };
      return { world, outbox, deadLetters, registry, start, putAll };
    };

    it("publishes what exists, from the beginning", async () => {
      const { world, registry, start, putAll } = await begin();
      await putAll(names("old", 5));
      start("beginning");
      await arrived(world, registry, names("old", 5));
    });

    it("takes what exists as known, from now", async () => {
      const { world, registry, start, putAll } = await begin();
      await putAll(names("old", 5));
      const session = start("now");
      await until("the session runs", () => session.healths.some((health) => health.status === "running"));
      await until("the first look is over", () => session.log.length > 0);
      await putAll(names("new", 3));
      await arrived(world, registry, names("new", 3));
    });

    it("goes on where the last session ended, also with what came in between", async () => {
      const { world, registry, start, putAll } = await begin();
      const first = start("beginning");
      await putAll(names("first", 4));
      await arrived(world, registry, names("first", 4));
      expect((await first.stop()).reason).toBe("cancelled");
      await putAll(names("between", 4));
      start("beginning");
      await arrived(world, registry, [...names("first", 4), ...names("between", 4)]);
    });

    if (!forgets) {
      it("gives the same item the same event for ever", async () => {
        const { world, outbox, registry, start, putAll } = await begin();
        await putAll(names("a", 4));
        const first = start("beginning");
        await arrived(world, registry, names("a", 4));
        await first.stop();
        const before = registry.taken.map((event) => JSON.stringify(event)).sort();
        await outbox.reset({ id: "again", watcher: world.watcher("beginning").id, to: "beginning", deliver: "redeliver", by: "test" });
        start("beginning");
        await until("everything came again", () => registry.taken.length >= 8);
        expect(
          registry.taken
            .slice(4)
            .map((event) => JSON.stringify(event))
            .sort(),
        ).toEqual(before);
      });
    }

    it("leaves out what was published, when a reset skips", async () => {
      const { world, outbox, registry, start, putAll } = await begin();
      await putAll(names("a", 4));
      const first = start("beginning");
      await arrived(world, registry, names("a", 4));
      await first.stop();
      await outbox.reset({ id: "again", watcher: world.watcher("beginning").id, to: "beginning", deliver: "skip", by: "test" });
      await putAll(["late"]);
      start("now");
      await arrived(world, registry, [...names("a", 4), "late"]);
    });

    const points = CRASH_POINTS.flatMap((point) => [1, 2].map((n) => ({ point, n })));
    it.each(points)("loses and doubles nothing over a crash $point ($n)", async ({ point, n }) => {
      const { world, outbox, registry, start, putAll } = await begin();
      await putAll(names("before", 3));
      const doomed = createDoomedProcess(outbox, registry, point, n);
      start("beginning", doomed);
      // The second batch, and a second session for what only happens once a session.
      await until("something was published, or it died", () => registry.taken.length > 0 || doomed.died.aborted);
      await putAll(names("more", 3));
      if (point === "after unsent" && n === 2) {
        await arrived(world, registry, [...names("before", 3), ...names("more", 3)]);
        await open.sessions[0]?.stop();
        start("beginning", doomed);
      }
      await until("the process died", () => doomed.died.aborted);
      await open.sessions.at(-1)?.ended;
      await putAll(names("while-down", 2));
      start("beginning");
      await arrived(world, registry, [...names("before", 3), ...names("more", 3), ...names("while-down", 2)]);
      expect(registry.refused).toEqual([]);
    });

    it("ends soon when it is told to", async () => {
      const { registry, world, start, putAll } = await begin();
      const session = start("beginning");
      await putAll(["a"]);
      await arrived(world, registry, ["a"]);
      const began = performance.now();
      await session.stop();
      expect(performance.now() - began).toBeLessThan(1_000);
    });

    it("puts what it cannot understand with the dead letters and goes on", async () => {
      const { world, deadLetters, registry, start, putAll } = await begin();
      start("beginning");
      await putAll(["a"]);
      await world.putPoison("bad");
      await putAll(["b"]);
      await arrived(world, registry, ["a", "b"]);
      const { id } = world.watcher("beginning");
      await until("the dead letter is there", async () => (await deadLetters(id)).length === 1);
      const [letter] = await deadLetters(id);
      expect(letter?.reason).toMatch(/\w/);
      expect(`${letter?.id} ${letter?.raw}`).toContain("bad");
    });
  });
}

async function createMemoryWorld(): Promise<OutboxWorld> {
  const outbox = createMemoryOutbox();
  return { outbox, deadLetters: async (watcher) => outbox.view(watcher).deadLetters };
}

function names(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, k) => `${prefix}-${k + 1}`);
}

/** Exactly these were taken, each once; waits a little longer so that a double would be seen. */
async function arrived(world: SourceWorld, registry: RecordingRegistry, expected: readonly string[]): Promise<void> {
  await until(`${expected.length} events`, () => registry.taken.length >= expected.length);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(registry.taken.map((event) => world.nameOf(event)).sort()).toEqual([...expected].sort());
}
