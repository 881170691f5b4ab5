import { describe, expect, it } from "vitest";
import { ev, FOREVER, type Line, on, play } from "./play.ts";

const failing = { duration: "10m", outcome: "failed" };
const day3 = on("hours", { partitions: { map: "rollup", grain: "day", wait: { atLeast: 3 } } });
const hours = { assets: [{ uri: "s3://lake/hours", partitions: { grain: "hour" } }] };
const hour = (n: number) => ev("hours", `h${n}`, { partition: `2026-01-01T0${n}` });
const n = (value: number) => ({ data: { n: value } });

interface Edit {
  readonly name: string;
  readonly before: object;
  readonly after: object;
  /** Policies and runs, the same before and after. */
  readonly policy?: object;
  readonly first: readonly Line[];
  readonly at: string;
  readonly later: readonly Line[];
  readonly runs: readonly string[];
  readonly more?: Readonly<Record<string, unknown>>;
}

const edits: readonly Edit[] = [
  {
    name: "the tick that a clock holds",
    before: { all: [{ cron: "*/10 * * * *" }, on("a")] },
    after: { all: [on("a"), { cron: "*/10 * * * *" }] },
    first: [["00:05"]],
    at: "00:12",
    later: [["00:13", { event: ev("a", "a") }]],
    runs: ["d@00:13 a"],
  },
  {
    name: "the slices that a roll-up has seen and that wait",
    before: day3,
    after: { any: [on("x"), day3] },
    first: [["00:00", { event: [hour(0), hour(1)] }]],
    at: "00:01",
    later: [["00:02", { event: hour(2) }]],
    runs: ["d[2026-01-01]@00:02 h0,h1,h2"],
    more: hours,
  },
  {
    name: "the slices that a roll-up has seen and that a run took",
    before: day3,
    after: { any: [on("x"), day3] },
    first: [["00:00", { event: [hour(0), hour(1), hour(2)] }]],
    at: "00:01",
    later: [["00:02", { event: ev("hours", "again", { partition: "2026-01-01T01" }) }]],
    runs: ["d[2026-01-01]@00:00 h0,h1,h2", "d[2026-01-01]@00:02 again"],
    more: hours,
  },
  {
    name: "the last value of changed",
    before: { any: [on("a", { changed: "n" }), on("b")] },
    after: { any: [on("b"), on("a", { changed: "n" })] },
    first: [["00:00", { event: ev("a", "one", n(1)) }]],
    at: "00:01",
    later: [["00:02", { event: [ev("a", "same", n(1)), ev("a", "two", n(2))] }]],
    runs: ["d@00:00 one", "d@00:02 two"],
  },
  {
    name: "since when there was silence",
    before: { any: [{ absent: on("a"), for: "10m" }, on("b")] },
    after: { any: [on("b"), { absent: on("a"), for: "10m" }] },
    first: [["00:00"], ["00:05", { event: ev("a", "a") }]],
    at: "00:08",
    later: [["00:16"]],
    runs: ["d@00:15"],
  },
  {
    name: "since when a debounced match was due",
    before: { any: [on("a"), on("b")] },
    after: { any: [on("b"), on("a")] },
    policy: { debounce: { quiet: "5m", max: "10m" } },
    first: [
      ["00:00", { event: ev("a", "1") }],
      ["00:04", { event: ev("a", "2") }],
    ],
    at: "00:05",
    later: [["00:08", { event: ev("a", "3") }], ["00:30"]],
    runs: ["d@00:10 1,2,3"],
  },
  {
    name: "how often an event came back from a failed run",
    before: { any: [on("a"), on("b")] },
    after: { any: [on("b"), on("a")] },
    policy: { whenFailed: { return: 1 }, runs: failing },
    first: [["00:00", { event: ev("a", "a") }]],
    at: "00:11",
    later: [["01:00"]],
    runs: ["d@00:00 a", "d@00:10 a"],
  },
];

describe("an edit around a leaf keeps", () => {
  it.each(edits)("$name", ({ before, after, policy = {}, first, at, later, runs, more = {} }) => {
    const edit: Line = [at, { register: { dags: [{ id: "d", on: after, ...policy }] } }];
    expect(play({ on: before, ...policy }, [...first, edit, ...later], more).started).toEqual(runs);
  });

  it("what was seen of the keys that a longer list still has", () => {
    const on2 = on("s", { partitions: { map: "static", keys: { eu: "x", us: "x" } } });
    const list = (...keys: string[]) => ({ assets: [{ uri: "s3://lake/s", partitions: { keys } }] });
    const { started } = play(
      { on: on2 },
      [
        ["00:00", { event: ev("s", "1", { partition: "eu" }) }],
        ["00:01", { register: { dags: [{ id: "d", on: on2 }], ...list("eu", "us", "apac") } }],
        ["00:02", { event: ev("s", "2", { partition: "us" }) }],
      ],
      list("eu", "us"),
    );
    expect(started).toEqual(["d[x]@00:02 1,2"]);
  });
});

describe("an edit that keys a leaf in another way", () => {
  const k = (value: string) => ({ data: { k: value } });

  it("places what it gathered as if it came now, and leaves the other leaves alone", () => {
    const played = play({ on: { all: [on("a"), on("b"), on("c")] } }, [
      ["00:00", { event: [ev("a", "a", k("x")), ev("c", "c")] }],
      ["00:01", { register: { dags: [{ id: "d", on: { all: [{ all: [on("a"), on("b")], by: "k" }, on("c")] } }] } }],
      ["00:02", { event: ev("b", "other", k("y")) }],
      ["00:03", { event: ev("b", "b", k("x")) }],
    ]);
    expect(played.started).toEqual(["d@00:03 a,c,b"]);
    expect(played.fate("other")).toBe("pending");
  });

  it("drops what has no place, unless another leaf holds it", () => {
    const before = { on: { all: [on("a"), { pattern: "s3://lake/a*" }, on("z")] } };
    const after = { on: { all: [{ all: [on("a")], by: "k" }, { pattern: "s3://lake/a*" }, on("z")] } };
    const alone = { on: { all: [{ all: [on("a")], by: "k" }, on("z")] } };
    const edited = (to: object) =>
      play({ ...before, runs: FOREVER }, [
        ["00:00", { event: ev("a", "1") }],
        ["00:01", { register: { dags: [{ id: "d", ...to }] } }],
      ]);
    expect(edited(after).fate("1")).toBe("pending");
    expect(edited(alone).fate("1")).toBe("dropped(condition changed)");
  });
});
