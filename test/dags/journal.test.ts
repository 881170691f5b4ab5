import { appendFile, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asset, watch } from "headgate";
import { type SourceWorld, sourceContract } from "headgate/testing";
import { describe, expect, it } from "vitest";
import { journal } from "../../dags/sources/journal.ts";
import { readSource } from "../watchers/source-reading.ts";

const audit = asset("lake://audit");

async function createJournal(): Promise<SourceWorld & { readonly path: string }> {
  const folder = await mkdtemp(join(tmpdir(), "journal-"));
  const path = join(folder, "audit.jsonl");
  return {
    path,
    watcher: (startAt) =>
      watch("audit", journal(path), { publishes: audit, every: "20ms", startAt, map: ({ value }) => ({ data: value as { name: string } }) }),
    put: (name) => appendFile(path, `${JSON.stringify({ name })}\n`),
    putPoison: (name) => appendFile(path, `{ "name": ${name} }\n`),
    nameOf: (event) => String(event.data?.name),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

describe("the journal of the sample keeps the contract of sources", () => {
  for (const { name, run } of sourceContract(createJournal)) it(name, run);
});

it("waits for the end of a line, and reads lines of any length and any text", async () => {
  const world = await createJournal();
  const reading = readSource(journal(world.path));
  const long = "ü".repeat(70_000);
  await writeFile(world.path, `"${long}"\n"half`);
  await expect.poll(() => reading.items.length).toBe(1);
  await appendFile(world.path, ' a line"\n');
  await expect.poll(() => reading.items.length).toBe(2);
  expect(reading.items.map(({ value }) => value)).toEqual([long, "half a line"]);
  await reading.stop();
  await world.dispose();
});

it("stops when the file was cut: lines may be missing", async () => {
  const world = await createJournal();
  const reading = readSource(journal(world.path));
  await world.put("a");
  await expect.poll(() => reading.items.length).toBe(1);
  await truncate(world.path, 3);
  await expect(reading.ended).rejects.toMatchObject({ code: "E_WATCHER_GAP", hint: expect.stringContaining("reset") });
  await world.dispose();
});
