import { afterEach, describe, expect, it } from "vitest";
import type { Source } from "../../../core/source.ts";
import { dagRunNameFor } from "../../../watchers/airflow/dag-run.ts";
import type { Feed, FeedEntry } from "../../../watchers/airflow/feed.ts";
import { fromMicros, toMicros } from "../../../watchers/airflow/micros.ts";
import { type AirflowCursor, readFeed } from "../../../watchers/airflow/read-feed.ts";
import { until } from "../session-run.ts";
import { type Kept, readSource, type SourceReading } from "../source-reading.ts";

const MINUTE = 60_000_000;
const START = toMicros("2026-11-23T08:00:00Z");
const DAY = 1_440 * MINUTE;

interface Entry {
  readonly name: string;
  readonly at: number;
}

const readings: SourceReading<string, AirflowCursor>[] = [];
afterEach(async () => {
  await Promise.all(readings.splice(0).map((reading) => reading.stop().catch(() => undefined)));
});

/** A list as Airflow gives it, in pages of a hundred, on a server with a clock. */
function createList(clock = START) {
  const entries: Entry[] = [];
  let now = clock;
  const feed: Feed<string> = {
    name: "entries",
    page: async ({ from = 0, first = "oldest", skip = 0, limit }) => {
      const found = entries.filter(({ at }) => at >= from).sort((a, b) => (first === "oldest" ? a.at - b.at : b.at - a.at));
      const page = found.slice(skip, skip + limit);
      return { entries: page.map(({ name, at }): FeedEntry<string> => ({ at, id: `${name}@${at}`, item: name })), isLast: page.length < limit, at: now / 1000 };
    },
  };
  const source: Source<string, AirflowCursor> = {
    kind: "list",
    describe: () => "list:",
    identify: (item) => ({ id: item }),
    read: (context) => readFeed(feed, 60_000, context),
  };
  return {
    put: (name: string, at: number) => void entries.push({ name, at }),
    clean: (before: number) => void entries.splice(0, entries.length, ...entries.filter(({ at }) => at >= before)),
    setClock: (at: number) => {
      now = at;
    },
    read: (kept?: Kept<AirflowCursor>, startAt: "now" | "beginning" | AirflowCursor = "beginning") => {
      const reading = readSource(source, { startAt, every: 5 }, kept);
      readings.push(reading);
      return reading;
    },
  };
}

const morePolls = (reading: SourceReading<string, AirflowCursor>, count = 3): Promise<void> => {
  const target = reading.polls() + count;
  return until(`${count} more polls`, () => reading.polls() >= target);
};

describe("a list of Airflow", () => {
  it("is read over pages in which many have the same instant", async () => {
    const list = createList();
    for (let n = 0; n < 50; n += 1) list.put(`early-${n}`, START - 50 + n);
    for (let n = 0; n < 330; n += 1) list.put(`same-${n}`, START);
    for (let n = 0; n < 50; n += 1) list.put(`late-${n}`, START + 1 + n);
    const reading = list.read();
    await until("all are there", () => reading.items.length >= 430);
    await morePolls(reading);
    expect(new Set(reading.items).size).toBe(430);
    expect(reading.items).toHaveLength(430);
  });

  it("gives also what appears behind what was read, as long as it is younger than the margin", async () => {
    const list = createList();
    list.put("a", START);
    list.put("b", START + 10 * MINUTE);
    const reading = list.read();
    await until("both", () => reading.items.length === 2);
    list.put("just behind", START + 9.5 * MINUTE);
    list.put("too late", START + 8 * MINUTE);
    await until("the one", () => reading.items.length === 3);
    await morePolls(reading);
    expect(reading.items).toEqual(["a", "b", "just behind"]);
  });

  it("is taken as known from now on, and nothing of before comes later by the margin", async () => {
    const list = createList();
    list.put("a", START - 5);
    list.put("b", START);
    const kept: Kept<AirflowCursor> = { seen: new Map() };
    const reading = list.read(kept, "now");
    await until("it looked", () => reading.lines.some((line) => line.includes("up to 2026-11-23T08:00:00.000000Z are taken as known")));
    list.put("c", START + 1);
    await until("the new one", () => reading.items.length === 1);
    await reading.stop();
    const again = list.read(kept, "now");
    await morePolls(again);
    expect([...reading.items, ...again.items]).toEqual(["c", "c"]);
  });

  it("begins after an instant that a person gives", async () => {
    const list = createList();
    for (const n of [0, 1, 2]) list.put(`${n}`, START + n);
    const reading = list.read(undefined, { after: fromMicros(START) });
    await until("two", () => reading.items.length === 2);
    expect(reading.items).toEqual(["1", "2"]);
    await expect(list.read(undefined, { after: "yesterday" }).ended).rejects.toMatchObject({ code: "E_CONFIG" });
  });

  it.each([
    ["stops loudly when it was cleaned of what nobody had read", 3 * DAY, 2 * DAY, true],
    ["goes on after a short time away, whatever was cleaned", DAY / 2, DAY / 4, false],
    ["goes on when what was read last is still there", 3 * DAY, 0, false],
  ])("%s", async (_, away, cleaned, isGap) => {
    const list = createList();
    list.put("read", START);
    const kept: Kept<AirflowCursor> = { seen: new Map() };
    const before = list.read(kept);
    await until("it is read", () => before.items.length === 1);
    await morePolls(before);
    await before.stop();
    list.setClock(START + away);
    list.put("new", START + away);
    list.clean(START + cleaned);
    const after = list.read(kept);
    if (isGap) await expect(after.ended).rejects.toMatchObject({ code: "E_WATCHER_GAP" });
    else await until("what is new", () => after.items.includes("new"));
  });
});

it.each([
  ["2026-11-23T08:00:00Z", "2026-11-23T08:00:00.000000Z"],
  ["2026-11-23T08:00:00.5Z", "2026-11-23T08:00:00.500000Z"],
  ["2026-11-23T09:00:00.000001+01:00", "2026-11-23T08:00:00.000001Z"],
  ["1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"],
])("%s keeps its microseconds", (given, written) => {
  expect(fromMicros(toMicros(given))).toBe(written);
});

it("a DAG run has a name that Airflow takes, the same for every attempt and another for each run of ours", () => {
  const run = { id: "orders-clean/1-17|x y", temporalRunId: "a" };
  const name = dagRunNameFor(run, "load");
  expect(name).toMatch(/^[A-Za-z0-9_.~:+-]{1,250}$/);
  expect(name).toContain("orders-clean_1-17");
  expect(dagRunNameFor({ ...run }, "load")).toBe(name);
  expect(
    new Set([
      name,
      dagRunNameFor({ ...run, temporalRunId: "b" }, "load"),
      dagRunNameFor(run, "load2"),
      dagRunNameFor({ ...run, id: "orders-clean/1-17_x_y" }, "load"),
    ]).size,
  ).toBe(4);
  expect(dagRunNameFor({ id: "x".repeat(400), temporalRunId: "a" }, "load").length).toBeLessThanOrEqual(250);
});
