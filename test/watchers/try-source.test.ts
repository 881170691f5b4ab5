import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { asset } from "../../core/authoring/asset.ts";
import { watch } from "../../core/authoring/watch.ts";
import { files } from "../../watchers/files/index.ts";
import { type StandingAt, type TrialOptions, trySource } from "../../watchers/try-source.ts";
import { lines } from "../types/source-of-lines.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "headgate-trial-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const NOTHING_SEEN: StandingAt["seen"] = { unseen: async (items) => items };
const published = asset("s3://lake/landing");

function options(position: Partial<StandingAt>, more: Partial<TrialOptions> = {}): TrialOptions {
  return {
    position: { seen: NOTHING_SEEN, ...position },
    connection: (name) => name,
    log: { info: () => undefined, warn: () => undefined },
    reader: "watcher/w/test",
    every: 50,
    length: 1_500,
    most: 10,
    ...more,
  };
}

it("shows the events that a folder would give, each once, however often it is listed", async () => {
  await Promise.all(["a.csv", "b.csv"].map((name) => writeFile(join(folder, name), "1")));
  const watcher = watch("w", files({ path: folder, settle: "100ms" }), { publishes: published, map: ({ path }) => ({ data: { path } }) });
  const trial = await trySource(watcher, options({ startAt: "beginning" }));
  expect(trial.events.map(({ data }) => data)).toEqual([{ path: "a.csv" }, { path: "b.csv" }]);
  expect(trial).toMatchObject({ reads: `file://${folder}`, ignored: 0, poison: [] });
});

it("leaves out what the watcher knows already", async () => {
  await writeFile(join(folder, "a.csv"), "1");
  const watcher = watch("w", files({ path: folder, settle: "100ms" }), { publishes: published, map: ({ path }) => ({ data: { path } }) });
  const trial = await trySource(watcher, options({ startAt: "beginning", seen: { unseen: async () => [] } }));
  expect(trial.events).toEqual([]);
});

it("reads from the position, and acknowledges nothing", async () => {
  let acked = 0;
  const ack = async (): Promise<void> => {
    acked += 1;
  };
  const source = lines("a", "b", "c");
  const acking = {
    ...source,
    async *read(context: Parameters<typeof source.read>[0]) {
      for await (const batch of source.read(context)) yield { ...batch, ack };
    },
  };
  const watcher = watch("w", acking, { publishes: published, map: ({ line }) => (line === "b" ? undefined : { data: { line } }) });
  const trial = await trySource(watcher, options({ cursor: 1 }));
  expect(trial).toMatchObject({ ignored: 1, events: [{ id: "2", data: { line: "c" } }] });
  expect(acked).toBe(0);
});

it("ends with as many events as are wanted", async () => {
  const watcher = watch("w", lines("a", "b", "c"), { publishes: published, map: ({ line }) => ({ data: { line } }) });
  expect((await trySource(watcher, options({}, { most: 2 }))).events).toHaveLength(2);
});

it("counts what waits in a queue, and reads nothing of it", async () => {
  const queue = { ...lines("a"), takesFrom: () => "queue://a", waiting: async () => 7, read: () => expect.unreachable() };
  const watcher = watch("w", queue, { publishes: published, map: () => undefined });
  expect(await trySource(watcher, options({}))).toMatchObject({ reads: "lines://test", waiting: 7, events: [] });
});

it("refuses a source that would leave something behind", async () => {
  const slot = { ...lines("a"), leavesBehind: "it would make a slot", read: () => expect.unreachable() };
  const watcher = watch("w", slot, { publishes: published, map: () => undefined });
  await expect(trySource(watcher, options({}))).rejects.toMatchObject({ code: "E_USAGE", message: "lines://test cannot be tested: it would make a slot" });
});

it("throws what the source throws, with a code", async () => {
  const broken = {
    ...lines(),
    read: () => {
      throw new Error("connection refused");
    },
  };
  const watcher = watch("w", broken, { publishes: published, map: () => undefined });
  await expect(trySource(watcher, options({}))).rejects.toMatchObject({ code: "E_SOURCE", message: "lines://test could not be read: connection refused" });
});
