import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Batch, ReadContext, SeenItem } from "../../../core/source.ts";
import { type FileItem, type FilesCursor, type FilesOptions, files } from "../../../watchers/files/index.ts";
import { until } from "../session-run.ts";

let root: string;
let stop: AbortController;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "files-"));
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await rm(root, { recursive: true, force: true });
});

interface Reading {
  readonly batches: Batch<FileItem, FilesCursor>[];
  readonly lines: string[];
  /** Paths with the milliseconds at which they came. */
  readonly items: { readonly path: string; readonly at: number; readonly item: FileItem }[];
  readonly ended: Promise<void>;
  readonly polls: () => number;
}

/** Reads as a session does: what a batch makes known is kept before the next is asked for. */
function read(options: FilesOptions = {}, context: Partial<ReadContext<FilesCursor>> = {}, seen = new Map<string, string>()): Reading {
  const source = files({ path: root, settle: "100ms", ...options });
  const reading = {
    batches: [] as Batch<FileItem, FilesCursor>[],
    lines: [] as string[],
    items: [] as Reading["items"],
    polls: () => reading.batches.filter((batch) => batch.items.length === 0 && batch.seen === undefined).length,
  };
  const log = (message: string) => void reading.lines.push(message);
  const run = async (): Promise<void> => {
    const unseen = async (items: readonly SeenItem[]) => items.filter((one) => seen.get(one.item) !== one.version);
    for await (const batch of source.read({
      startAt: "beginning",
      every: 60_000,
      signal: stop.signal,
      seen: { unseen },
      log: { info: log, warn: log },
      connection: (name) => name,
      ...context,
    })) {
      for (const { item, version } of batch.seen ?? []) seen.set(item, version);
      reading.batches.push(batch);
      for (const item of batch.items) reading.items.push({ path: item.path, at: performance.now(), item });
    }
  };
  return { ...reading, ended: run() };
}

const paths = (reading: Reading): readonly string[] => reading.items.map((one) => one.path);
const firstPollEnded = (reading: Reading): Promise<void> =>
  until("the first listing ended", () =>
    reading.batches.some((batch) => batch.items.length === 0 && batch.cursor?.stock !== "taking" && batch.seen === undefined && reading.batches.length > 1),
  );

it("gives an item what opens the file and what tells its versions apart", async () => {
  await writeFile(join(root, "a b.csv"), "12345");
  await utimes(join(root, "a b.csv"), new Date("2026-11-23T08:00:00.250Z"), new Date("2026-11-23T08:00:00.250Z"));
  const reading = read();
  await until("the file", () => reading.items.length === 1);
  expect(reading.items[0]?.item).toEqual({
    path: "a b.csv",
    size: 5,
    modifiedAt: "2026-11-23T08:00:00.250Z",
    uri: pathToFileURL(join(root, "a b.csv")).href,
    version: `5:${Date.parse("2026-11-23T08:00:00.250Z")}`,
  });
  expect(files({ path: root }).identify(reading.items[0]?.item as FileItem)).toEqual({
    id: `a b.csv@5:${Date.parse("2026-11-23T08:00:00.250Z")}`,
    time: "2026-11-23T08:00:00.250Z",
  });
});

it("sees a dropped file well within a second, though it polls once a minute", async () => {
  const reading = read();
  await firstPollEnded(reading);
  const began = performance.now();
  await writeFile(join(root, "dropped.csv"), "x");
  await until("the file", () => reading.items.length === 1);
  expect((reading.items[0]?.at ?? 0) - began).toBeLessThan(400);
});

it("waits until a file that is being written is complete, and gives it once", async () => {
  const reading = read();
  await firstPollEnded(reading);
  const path = join(root, "growing.csv");
  let content = "";
  for (let k = 0; k < 6; k += 1) {
    content += "line\n";
    await writeFile(path, content);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(reading.items).toEqual([]);
  await until("the file", () => reading.items.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(reading.items.map((one) => one.item.size)).toEqual([content.length]);
});

it("does not wait for a file that was renamed into place", async () => {
  const reading = read({ settle: "30s" });
  await firstPollEnded(reading);
  await writeFile(join(root, "a.csv.part"), "x");
  await rename(join(root, "a.csv.part"), join(root, "a.csv"));
  await writeFile(join(root, ".b.csv.Q8d3aX"), "x");
  await rename(join(root, ".b.csv.Q8d3aX"), join(root, "b.csv"));
  await until("both files", () => reading.items.length === 2);
  expect([...paths(reading)].sort()).toEqual(["a.csv", "b.csv"]);
});

it("does not wait for an older file that was moved in from elsewhere", async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), "elsewhere-"));
  const reading = read({ settle: "2s" });
  await firstPollEnded(reading);
  await writeFile(join(elsewhere, "old.csv"), "x");
  await utimes(join(elsewhere, "old.csv"), new Date("2020-01-01T00:00:00Z"), new Date("2020-01-01T00:00:00Z"));
  await rename(join(elsewhere, "old.csv"), join(root, "old.csv"));
  const began = performance.now();
  await until("the file", () => reading.items.length === 1);
  expect(performance.now() - began).toBeLessThan(1_500);
  await rm(elsewhere, { recursive: true });
});

it("takes an overwritten file as a new item", async () => {
  const reading = read();
  await writeFile(join(root, "a.csv"), "one");
  await until("the first version", () => reading.items.length === 1);
  await writeFile(join(root, "a.csv"), "two");
  await until("the second version", () => reading.items.length === 2);
  expect(new Set(reading.items.map((one) => one.item.version)).size).toBe(2);
});

it("finds files in folders that appear later, and in folders of folders that are moved in", async () => {
  const reading = read();
  await firstPollEnded(reading);
  await mkdir(join(root, "2026-11-23"));
  await writeFile(join(root, "2026-11-23", "a.csv"), "x");
  const elsewhere = await mkdtemp(join(tmpdir(), "elsewhere-"));
  await mkdir(join(elsewhere, "x", "y"), { recursive: true });
  await writeFile(join(elsewhere, "x", "y", "b.csv"), "x");
  await rename(join(elsewhere, "x"), join(root, "x"));
  await until("both files", () => reading.items.length === 2);
  expect([...paths(reading)].sort()).toEqual(["2026-11-23/a.csv", "x/y/b.csv"]);
  await writeFile(join(root, "x", "y", "c.csv"), "x");
  await until("a file in the moved folder", () => reading.items.length === 3);
  await rm(elsewhere, { recursive: true });
});

it("watches a folder again that was removed and made anew", async () => {
  await mkdir(join(root, "x"));
  const reading = read();
  await firstPollEnded(reading);
  await rm(join(root, "x"), { recursive: true });
  await mkdir(join(root, "x"));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await writeFile(join(root, "x", "a.csv"), "x");
  await until("the file", () => reading.items.length === 1, 2_000);
});

it("finds by polling what no hint told of", async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), "elsewhere-"));
  const reading = read({ settle: "0ms" }, { every: 50 });
  await until("some polls", () => reading.polls() > 2);
  // A watch that is lost without a word: the folder that is watched is no longer the one of that name.
  await rename(root, join(elsewhere, "gone"));
  await mkdir(root);
  await writeFile(join(root, "a.csv"), "x");
  await until("the file or the end", () => reading.items.length === 1);
  await rm(elsewhere, { recursive: true });
});

it("passes over what is not for it", async () => {
  const outside = await mkdtemp(join(tmpdir(), "outside-"));
  await writeFile(join(outside, "secret.csv"), "x");
  await symlink(outside, join(root, "link-to-folder"));
  await symlink(join(outside, "secret.csv"), join(root, "link.csv"));
  await symlink(root, join(root, "round"));
  await mkdir(join(root, ".hidden"));
  await writeFile(join(root, ".hidden", "a.csv"), "x");
  for (const name of ["a.tmp", ".b.csv", "c.json", "d.csv"]) await writeFile(join(root, name), "x");
  const reading = read({ pattern: "**/*.csv" });
  await until("the file", () => reading.items.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(paths(reading)).toEqual(["d.csv"]);
  expect(reading.lines.filter((line) => line.includes("symbolic links are not followed"))).toHaveLength(3);
  await rm(outside, { recursive: true });
});

it("goes on beside a folder that it cannot list", async () => {
  // Root may list every folder, but nobody one whose path is longer than the system takes: it is made of two halves.
  const half = join(...Array.from({ length: 12 }, () => "x".repeat(250)));
  const elsewhere = await mkdtemp(join(tmpdir(), "elsewhere-"));
  await mkdir(join(root, half), { recursive: true });
  await mkdir(join(elsewhere, "y", half), { recursive: true });
  await rename(join(elsewhere, "y"), join(root, half, "y"));
  await writeFile(join(root, "a.csv"), "x");
  const reading = read();
  await until("the file", () => reading.items.length === 1);
  await until("the folder is named", () => reading.lines.some((line) => line.includes("ENAMETOOLONG")));
  await rename(join(root, half, "y"), join(elsewhere, "y"));
  await rm(elsewhere, { recursive: true });
});

it("puts a file whose name is no text with the dead letters", async () => {
  await writeFile(Buffer.concat([Buffer.from(`${root}/bad-`), Buffer.from([0xff]), Buffer.from(".csv")]), "x");
  await writeFile(join(root, "good.csv"), "x");
  const reading = read();
  await until("the good file", () => reading.items.length === 1);
  expect(reading.batches.flatMap((batch) => batch.poison ?? [])).toEqual([expect.objectContaining({ reason: "the name is not valid UTF-8" })]);
});

it("fails with the folder's name when it is missing, and what to do", async () => {
  const reading = read({ path: join(root, "nowhere") });
  await expect(reading.ended).rejects.toMatchObject({ code: "E_SOURCE", message: expect.stringContaining("nowhere"), hint: expect.stringContaining("create") });
});

it("takes as known what was there, keeps that as its position first, and says how many", async () => {
  for (let k = 0; k < 30; k += 1) await writeFile(join(root, `${k}.csv`), "x");
  const seen = new Map<string, string>();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const reading = read({}, { startAt: "now" }, seen);
  await until("the stock is taken", () => reading.batches.some((batch) => batch.cursor?.stock === "taken"));
  expect(reading.batches[0]).toEqual({ items: [], cursor: { after: expect.any(String), stock: "taking" } });
  expect(seen.size).toBe(30);
  expect(reading.lines).toEqual([expect.stringContaining("30 files")]);
});

it("publishes what came while it was taking stock and died", async () => {
  await writeFile(join(root, "old.csv"), "x");
  await new Promise((resolve) => setTimeout(resolve, 30));
  const cursor: FilesCursor = { after: new Date().toISOString(), stock: "taking" };
  await new Promise((resolve) => setTimeout(resolve, 30));
  await writeFile(join(root, "new.csv"), "x");
  // Its time is set back, as `cp -p` does: what counts is when it came to this folder.
  await utimes(join(root, "new.csv"), new Date("2020-01-01T00:00:00Z"), new Date("2020-01-01T00:00:00Z"));
  const reading = read({}, { cursor });
  await until("the new file", () => reading.items.length === 1);
  expect(paths(reading)).toEqual(["new.csv"]);
});

it("starts at an instant", async () => {
  await writeFile(join(root, "old.csv"), "x");
  await new Promise((resolve) => setTimeout(resolve, 30));
  const after = new Date().toISOString();
  await new Promise((resolve) => setTimeout(resolve, 30));
  await writeFile(join(root, "new.csv"), "x");
  const reading = read({}, { startAt: { after } });
  await until("the new file", () => reading.items.length === 1);
  expect(paths(reading)).toEqual(["new.csv"]);
});

it("reads a large folder in batches without asking for known files again", { timeout: 60_000 }, async () => {
  const folders = Array.from({ length: 12 }, (_, k) => `folder-${k}`);
  for (const folder of folders) {
    await mkdir(join(root, folder));
    await Promise.all(Array.from({ length: 250 }, (_, k) => writeFile(join(root, folder, `${k}.csv`), "x")));
  }
  let asked = 0;
  const seen = new Map<string, string>();
  const unseen = async (items: readonly SeenItem[]) => {
    asked += items.length;
    return items.filter((one) => seen.get(one.item) !== one.version);
  };
  const reading = read({ settle: "20ms" }, { every: 20, seen: { unseen } }, seen);
  await until("all files", () => reading.items.length === 3_000, 30_000);
  await until("more polls", () => reading.polls() > 3, 30_000);
  const before = asked;
  await until("two more polls", () => reading.polls() > 5, 30_000);
  expect(asked).toBe(before);
  expect(new Set(paths(reading)).size).toBe(3_000);
  expect(Math.max(...reading.batches.map((batch) => batch.items.length))).toBeLessThanOrEqual(1_000);
});
