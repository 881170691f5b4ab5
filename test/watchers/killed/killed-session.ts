import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { childEnvironment } from "../../../runtime/config.ts";
import type { OutboxBatch } from "../../../watchers/outbox.ts";
import { linesOf } from "../../faults/generator.ts";
import { createWorld, type World } from "../../support/stack.ts";
import type { CrashPoint } from "../crash.ts";
import { until } from "../session-run.ts";
import type { SessionProcessOptions } from "./session-process.ts";

/** Where a session is killed: each step of a batch. */
export const KILL_POINTS: readonly CrashPoint[] = ["before append", "after append", "after send", "after mark sent"];

/** A place that is read, and how to put an item there. */
export interface Place {
  readonly source: SessionProcessOptions["source"];
  /** Milliseconds after which what was delivered to a dead process is delivered again. */
  readonly lease: number;
  put(name: string): Promise<void>;
  nameOf(data: unknown): string;
  dispose(): Promise<void>;
}

/** The rule of the registry for numbered batches, over the lines that were accepted. */
function taken(batches: readonly OutboxBatch[]): readonly unknown[] {
  let mark = 0;
  const data: unknown[] = [];
  for (const { seq, events } of batches) {
    expect(seq, "a gap").toBeLessThanOrEqual(mark + 1);
    if (seq !== mark + 1) continue;
    mark = seq;
    data.push(...events.map((event) => event.data));
  }
  return data;
}

/** Puts items at a place while a session that reads it kills itself, and another one takes over: all are taken, each once. */
export async function expectKilledSessionLosesNothing(place: Place, point: CrashPoint): Promise<void> {
  await using world = await createWorld({ tables: true });
  await using sessions = await createSessions(world);
  const put: string[] = [];
  const putSome = async (count: number): Promise<void> => {
    for (let k = 0; k < count; k += 1) {
      const name = `item-${put.length}`;
      put.push(name);
      await place.put(name);
    }
  };
  try {
    await putSome(5);
    const first = await sessions.start(place.source, point);
    while (first.exitCode === null && first.signalCode === null) {
      await putSome(1);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(first.signalCode).toBe("SIGKILL");
    await putSome(5);
    await sessions.start(place.source, null);
    const names = (): readonly string[] => taken(sessions.accepted()).map(place.nameOf);
    await until("everything arrives", () => new Set(names()).size >= put.length, 120_000);
    // What would be delivered again is delivered by now.
    await new Promise((resolve) => setTimeout(resolve, place.lease + 500));
    expect([...names()].sort()).toEqual([...put].sort());
  } finally {
    await place.dispose();
  }
}

/** Processes that each run a session over one database, and the file that stands for the registry. */
async function createSessions(world: World) {
  const folder = await mkdtemp(join(tmpdir(), "killed-"));
  const accepted = join(folder, "accepted.jsonl");
  await writeFile(accepted, "");
  const children: ChildProcess[] = [];
  return {
    async start(source: SessionProcessOptions["source"], dieAt: CrashPoint | null): Promise<ChildProcess> {
      const file = join(folder, `options-${children.length}.json`);
      await writeFile(file, JSON.stringify({ databaseUrl: world.databaseUrl, source, accepted, dieAt } satisfies SessionProcessOptions));
      const script = fileURLToPath(new URL("session-process.ts", import.meta.url));
      const child = spawn(process.execPath, ["--conditions=headgate-source", "--import", import.meta.resolve("tsx"), script, file], {
        env: childEnvironment({}),
        stdio: "ignore",
      });
      children.push(child);
      return child;
    },
    accepted: (): readonly OutboxBatch[] => linesOf<OutboxBatch>(accepted),
    async [Symbol.asyncDispose](): Promise<void> {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill("SIGKILL");
        await new Promise((resolve) => child.once("exit", resolve));
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
