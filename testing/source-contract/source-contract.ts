import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { WatcherDefinition } from "../../core/definition.ts";
import type { EventInput } from "../../core/event.ts";
import type { Outbox } from "../../watchers/outbox.ts";
import { createMemoryOutbox } from "../../watchers/outbox-memory.ts";
import { CRASH_POINTS, type CrashPoint, createDoomedProcess, type DoomedProcess } from "./crash.ts";
import { createRecordingRegistry, type RecordingRegistry } from "./recording-registry.ts";
import { type RunningSession, startSession, until } from "./session-run.ts";

/** A real place that a source reads, and a way to change it from outside. Each case makes its own. */
export interface SourceWorld {
  /** A watcher of this place, with a short `every`. `startAt` as given; the same id each time. */
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

/** An outbox of its own for each case, and a look at the dead letters that it keeps. */
export interface ContractOutbox {
  readonly outbox: Outbox;
  deadLetters(watcher: string): Promise<readonly { readonly id: string; readonly reason: string; readonly raw: string }[]>;
}

export interface SourceContractOptions {
  /** What was acknowledged is gone, as in a queue: a reset cannot bring it again. @default false */
  readonly forgets?: boolean;
  /** Where batches and positions are kept. @default in memory */
  readonly createOutbox?: () => Promise<ContractOutbox>;
}

/** One thing that a source must keep. It fails by throwing, with what was expected. */
export interface ContractCase {
  readonly name: string;
  run(): Promise<void>;
}

/**
 * What every source must keep, whatever it reads: nothing is lost and nothing comes twice, over restarts and over a crash after any step. Compared as
 * sets: what was put against what the registry took. The cases are for any test runner; give each a minute.
 *
 * @example
 * for (const { name, run } of sourceContract(createWorld)) it(name, run, 60_000);
 */
export function sourceContract(createWorld: () => Promise<SourceWorld>, options: SourceContractOptions = {}): readonly ContractCase[] {
  const { forgets = false, createOutbox = createMemory } = options;
  const cases: ContractCase[] = [];

  function keeps(name: string, check: (stage: Stage) => Promise<void>): void {
    cases.push({
      name,
      run: async () => {
        const stage = await setStage(createWorld, createOutbox);
        try {
          await check(stage);
        } finally {
          await stage.clear();
        }
      },
    });
  }

  keeps("publishes what exists, from the beginning", async ({ start, putAll, arrived }) => {
    await putAll(names("old", 5));
    start("beginning");
    await arrived(names("old", 5));
  });

  keeps("takes what exists as known, from now", async ({ start, putAll, arrived }) => {
    await putAll(names("old", 5));
    // A queue goes by a clock of milliseconds, and what comes in the same one is new.
    await new Promise((resolve) => setTimeout(resolve, 5));
    const session = start("now");
    await until("the session runs", () => session.healths.some((health) => health.status === "running"));
    await until("the first look is over: the source says what it takes as known", () => session.log.length > 0);
    await putAll(names("new", 3));
    await arrived(names("new", 3));
  });

  keeps("goes on where the last session ended, also with what came in between", async ({ start, putAll, arrived }) => {
    const first = start("beginning");
    await putAll(names("first", 4));
    await arrived(names("first", 4));
    equal((await first.stop()).reason, "cancelled");
    await putAll(names("between", 4));
    start("beginning");
    await arrived([...names("first", 4), ...names("between", 4)]);
  });

  if (!forgets) {
    keeps("gives the same item the same event for ever", async ({ world, outbox, registry, start, putAll, arrived }) => {
      await putAll(names("a", 4));
      const first = start("beginning");
      await arrived(names("a", 4));
      await first.stop();
      const texts = (events: readonly EventInput[]): readonly string[] => events.map((event) => JSON.stringify(event)).sort();
      const before = texts(registry.taken);
      await outbox.reset({ id: "again", watcher: world.watcher("beginning").id, to: "beginning", deliver: "redeliver", by: "test" });
      start("beginning");
      await until("everything came again", () => registry.taken.length >= 8);
      deepEqual(texts(registry.taken.slice(4)), before);
    });
  }

  keeps("leaves out what was published, when a reset skips", async ({ world, outbox, start, putAll, arrived }) => {
    await putAll(names("a", 4));
    const first = start("beginning");
    await arrived(names("a", 4));
    await first.stop();
    await outbox.reset({ id: "again", watcher: world.watcher("beginning").id, to: "beginning", deliver: "skip", by: "test" });
    await putAll(["late"]);
    start("now");
    await arrived([...names("a", 4), "late"]);
  });

  for (const point of CRASH_POINTS) {
    for (const n of [1, 2]) keeps(`loses and doubles nothing over a crash '${point}' (${n})`, (stage) => surviveCrash(stage, point, n));
  }

  keeps("ends soon when it is told to", async ({ start, putAll, arrived }) => {
    const session = start("beginning");
    await putAll(["a"]);
    await arrived(["a"]);
    const began = performance.now();
    await session.stop();
    const took = Math.round(performance.now() - began);
    ok(took < 1_000, `it took ${took} ms; read must end when context.signal aborts`);
  });

  keeps("puts what it cannot understand with the dead letters and goes on", async ({ world, deadLetters, start, putAll, arrived }) => {
    start("beginning");
    await putAll(["a"]);
    await world.putPoison("bad");
    await putAll(["b"]);
    await arrived(["a", "b"]);
    const { id } = world.watcher("beginning");
    await until("the dead letter is there", async () => (await deadLetters(id)).length === 1);
    const [letter] = await deadLetters(id);
    match(letter?.reason ?? "", /\w/);
    match(`${letter?.id} ${letter?.raw}`, /bad/);
  });

  return cases;
}

async function surviveCrash({ outbox, registry, sessions, start, putAll, arrived }: Stage, point: CrashPoint, n: number): Promise<void> {
  await putAll(names("before", 3));
  const doomed = createDoomedProcess(outbox, registry, point, n);
  start("beginning", doomed);
  // The second batch, and a second session for what only happens once a session.
  await until("something was published, or it died", () => registry.taken.length > 0 || doomed.died.aborted);
  await putAll(names("more", 3));
  if (point === "after unsent" && n === 2) {
    await arrived([...names("before", 3), ...names("more", 3)]);
    await sessions[0]?.stop();
    start("beginning", doomed);
  }
  await until("the process died", () => doomed.died.aborted);
  await sessions.at(-1)?.ended;
  await putAll(names("while-down", 2));
  start("beginning");
  await arrived([...names("before", 3), ...names("more", 3), ...names("while-down", 2)]);
  deepEqual(registry.refused, []);
}

/** A world with its outbox, and sessions that read it. */
interface Stage extends ContractOutbox {
  readonly world: SourceWorld;
  readonly registry: RecordingRegistry;
  readonly sessions: readonly RunningSession[];
  start(startAt: "now" | "beginning", doomed?: DoomedProcess): RunningSession;
  putAll(names: readonly string[]): Promise<void>;
  /** Exactly these were taken, each once; waits a little longer so that a double would be seen. */
  arrived(expected: readonly string[]): Promise<void>;
  clear(): Promise<void>;
}

async function setStage(createWorld: () => Promise<SourceWorld>, createOutbox: () => Promise<ContractOutbox>): Promise<Stage> {
  const world = await createWorld();
  const { outbox, deadLetters } = await createOutbox();
  const registry = createRecordingRegistry();
  const sessions: RunningSession[] = [];
  return {
    world,
    outbox,
    deadLetters,
    registry,
    sessions,
    start: (startAt, doomed) => {
      const session = startSession(world.watcher(startAt), doomed?.outbox ?? outbox, doomed?.sender ?? registry, {
        ...(doomed === undefined ? {} : { died: doomed.died }),
        ...(world.connection === undefined ? {} : { connection: world.connection }),
      });
      sessions.push(session);
      return session;
    },
    putAll: async (all) => {
      for (const one of all) await world.put(one);
    },
    arrived: async (expected) => {
      await until(`${expected.length} events`, () => registry.taken.length >= expected.length);
      await new Promise((resolve) => setTimeout(resolve, 60));
      deepEqual(registry.taken.map((event) => world.nameOf(event)).sort(), [...expected].sort());
    },
    clear: async () => {
      await Promise.all(sessions.map((session) => session.stop().catch(() => undefined)));
      await world.dispose();
    },
  };
}

async function createMemory(): Promise<ContractOutbox> {
  const outbox = createMemoryOutbox();
  return { outbox, deadLetters: async (watcher) => outbox.view(watcher).deadLetters };
}

function names(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, k) => `${prefix}-${k + 1}`);
}
