import { describe, expect, it } from "vitest";
import { at, ev, on, play } from "./play.ts";

describe("two spellings of one URI are one asset", () => {
  it.each([
    ["S3://lake/a", "s3://lake/a"],
    ["s3://lake//a/", "s3://lake/a"],
    ["postgres://Warehouse:5432/x", "postgres://warehouse/x"],
    ["https://Host/x?b=1&a=2", "https://host/x?a=2&b=1"],
  ])("%s and %s", (written, normal) => {
    expect(play({ on: { asset: written } }, [["00:00", { event: { asset: normal } }]]).started).toEqual(["d@00:00 #1"]);
    expect(play({ on: { asset: normal } }, [["00:00", { event: { asset: written } }]]).started).toEqual(["d@00:00 #1"]);
  });

  it("but the name of a bucket is kept as written", () => {
    expect(play({ on: { asset: "s3://Lake/a" } }, [["00:00", { event: { asset: "s3://lake/a" } }]]).started).toEqual([]);
  });
});

describe("a templated asset", () => {
  const assets = [{ uri: "s3://lake/raw/orders/date={ds}/", partitions: { grain: "day" } }];
  const dag = { on: { asset: "s3://lake/raw/orders" } };

  it("is named by its identity and a partition, or by its concrete URI", () => {
    const { started } = play(
      dag,
      [
        ["00:00", { event: { asset: "s3://lake/raw/orders", partition: "2026-11-22" } }],
        ["00:01", { event: { asset: "s3://lake/raw/orders/date=2026-11-23/" } }],
      ],
      { assets },
    );
    expect(started).toEqual(["d[2026-11-22]@00:00 #1", "d[2026-11-23]@00:01 #2"]);
  });

  it("rejects an event whose partition differs from its URI", () => {
    const { rejected } = play(dag, [["00:00", { event: { asset: "s3://lake/raw/orders/date=2026-11-23/", partition: "2026-11-24" } }]], { assets });
    expect(rejected[0]).toMatchObject({ at: at("00:00"), code: "E_EVENT_PARTITION" });
  });

  it("is refused beside another asset of the same identity", () => {
    expect(() => play(dag, [], { assets: [...assets, { uri: "s3://lake/raw/orders" }] })).toThrow(/assets\[1\]\.uri.*defined twice/);
  });
});

describe("undeclared assets", () => {
  it("are declared, unpartitioned, by a condition or an outlet", () => {
    const { warnings } = play({ on: on("a"), runs: { outlets: ["s3://lake/b"] } }, [["00:00", { event: [ev("a", "1"), ev("b", "2")] }]]);
    expect(warnings).toEqual([]);
  });

  it("are accepted with one warning, and given to patterns that match", () => {
    const { started, warnings } = play({ on: { pattern: "s3://lake/*" } }, [
      ["00:00", { event: ev("new", "1") }],
      ["00:01", { event: ev("new", "2") }],
    ]);
    expect(started).toEqual(["d@00:00 1", "d@00:01 2"]);
    expect(warnings.map(({ code }) => code)).toEqual(["W_UNKNOWN_ASSET"]);
  });
});

describe("keys that do not fit", () => {
  it.each([
    ["another grain", { grain: "day" }, "2026-01"],
    ["no round trip", { grain: "day" }, "2026-1-1"],
    ["a day that no calendar has", { grain: "day" }, "2026-02-30"],
    ["an hour that the clock skipped", { grain: "hour", tz: "America/New_York" }, "2026-03-08T02"],
    ["trailing text", { grain: "month" }, "2026-01x"],
    ["not in the list", { keys: ["eu", "us"] }, "asia"],
    ["one part of a product", { product: [{ grain: "day" }, { keys: ["eu"] }] }, "2026-01-01"],
    ["outside of start and end", { grain: "day", start: "2026-01-01", end: "2026-01-31" }, "2026-02-01"],
  ])("are rejected with the definition: %s", (_, partitions, partition) => {
    const { rejected } = play({ on: on("a") }, [["00:00", { event: { asset: "s3://lake/a", partition } }]], { assets: [{ uri: "s3://lake/a", partitions }] });
    expect(rejected).toHaveLength(1);
    expect(rejected[0]?.code).toBe("E_EVENT_PARTITION");
    expect(rejected[0]?.why).toContain(JSON.stringify(partitions));
  });

  it("or are missing, unless the asset is dynamic", () => {
    const missing = play({ on: on("a") }, [["00:00", { event: ev("a", "1") }]], { assets: [{ uri: "s3://lake/a", partitions: { grain: "day" } }] });
    expect(missing.rejected[0]?.why).toContain("missing partition");
    const dynamic = play({ on: on("a") }, [["00:00", { event: ev("a", "1") }]], { assets: [{ uri: "s3://lake/a", partitions: { dynamic: true } }] });
    expect(dynamic.started).toEqual(["d@00:00 1"]);
  });

  it("and a key for an unpartitioned asset is carried, but does not group", () => {
    const { started, runs } = play({ on: on("a") }, [["00:00", { event: [ev("a", "1", { partition: "x" }), ev("a", "2", { partition: "y" })] }]]);
    expect(started).toEqual(["d@00:00 1,2"]);
    expect(runs[0]?.partition).toBeNull();
  });
});

describe("what is no event goes to the rejected list, and the rest goes on", () => {
  it.each([
    ["null", null, "E_EVENT"],
    ["a number", 7, "E_EVENT"],
    ["a text", "s3://lake/a", "E_EVENT"],
    ["no asset", {}, "E_EVENT"],
    ["no scheme", { asset: "lake/a" }, "E_ASSET_URI"],
    ["a password", { asset: "postgres://me:secret@host/x" }, "E_ASSET_URI"],
    ["an id that is no text", { asset: "s3://lake/a", id: 5 }, "E_EVENT"],
    ["a time without a zone", { asset: "s3://lake/a", time: "2026-01-01T00:00:00" }, "E_EVENT"],
    ["data that is a list", { asset: "s3://lake/a", data: [1] }, "E_EVENT"],
    ["a field that nobody knows", { asset: "s3://lake/a", partion: "x" }, "E_EVENT"],
    ["groups that are no list", { asset: "s3://lake/a", groups: "sales" }, "E_EVENT"],
    ["a publisher, which a signal cannot prove", { asset: "s3://lake/a", by: "ada" }, "E_EVENT"],
    ["hops below 0", { asset: "s3://lake/a", hops: -1 }, "E_EVENT"],
    ["more than 128 KiB", { asset: "s3://lake/a", data: { text: "x".repeat(131_072) } }, "E_EVENT_SIZE"],
  ])("%s", (_, event, code) => {
    const { rejected, started } = play({ on: on("a") }, [["00:00", { event: [event, ev("a", "1")] }]]);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]).toMatchObject({ at: at("00:00"), code });
    expect(started).toEqual(["d@00:00 1"]);
  });

  it("does not use up its id", () => {
    const { started } = play({ on: on("a") }, [
      ["00:00", { event: { ...ev("a", "1"), data: 5 } }],
      ["00:01", { event: ev("a", "1") }],
    ]);
    expect(started).toEqual(["d@00:01 1"]);
  });

  it("has what was put aside too, which reaches no condition and takes no id", () => {
    const { rejected, started, ledger } = play({ on: on("a") }, [
      ["00:00", { event: { ...ev("a", "1"), quarantine: "rows: must be >= 1" } }],
      ["00:01", { event: ev("a", "1") }],
    ]);
    expect(rejected).toMatchObject([{ at: at("00:00"), code: "E_EVENT_DATA", why: "rows: must be >= 1", event: { asset: "s3://lake/a", id: "1" } }]);
    expect(started).toEqual(["d@00:01 1"]);
    expect(ledger).toHaveLength(1);
  });

  it("never reads the password into the reason", () => {
    expect(JSON.stringify(play({ on: on("a") }, [["00:00", { event: { asset: "postgres://me:secret@host/x" } }]]).rejected[0]?.why)).not.toContain("secret");
  });
});

describe("defaults of an event", () => {
  it("are at, external, a new id, no data and no partition", () => {
    const { runs } = play({ on: on("a") }, [["00:00", { event: [{ asset: "s3://lake/a" }, { asset: "s3://lake/a" }] }]]);
    expect(runs[0]?.events).toEqual([
      { asset: "s3://lake/a", source: "external", id: "#1" },
      { asset: "s3://lake/a", source: "external", id: "#2" },
    ]);
  });
});

describe("duplicates", () => {
  it("are found by source and id, whatever the rest, and the repeat says if it differed", () => {
    const played = play({ on: on("a") }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:01", { event: ev("a", "1") }],
      ["00:02", { event: ev("b", "1", { data: { x: 1 } }) }],
      ["00:03", { event: ev("a", "1", { source: "y" }) }],
    ]);
    expect(played.started).toEqual(["d@00:00 1", "d@00:03 1"]);
    expect(played.ledger.filter(({ fate }) => fate === "duplicate")).toEqual([
      { dag: null, key: null, event: { asset: "s3://lake/a", source: "x", id: "1" }, fate: "duplicate", why: null, run: null, at: at("00:01") },
      { dag: null, key: null, event: { asset: "s3://lake/b", source: "x", id: "1" }, fate: "duplicate", why: null, run: null, at: at("00:02") },
    ]);
    expect(played.warnings.map(({ code, at: time }) => [code, time])).toEqual([["W_DUPLICATE_DIFFERS", at("00:02")]]);
  });

  it("sent twice without a source are duplicates, without an id never", () => {
    const { started } = play({ on: on("a") }, [
      ["00:00", { event: [{ asset: "s3://lake/a", id: "7" }, { asset: "s3://lake/a", id: "7" }, { asset: "s3://lake/a" }, { asset: "s3://lake/a" }] }],
    ]);
    expect(started).toEqual(["d@00:00 7,#1,#2"]);
  });

  it("do not extend a debounce, nor end a silence", () => {
    const debounced = play({ on: on("a"), debounce: { quiet: "10m", max: "1h" } }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:05", { event: ev("a", "1") }],
      ["00:30"],
    ]);
    expect(debounced.started).toEqual(["d@00:10 1"]);
    const silent = play({ on: { absent: on("a"), for: "1h" } }, [["00:00", { event: ev("a", "1") }], ["00:30", { event: ev("a", "1") }], ["01:10"]]);
    expect(silent.started).toEqual(["d@01:00"]);
  });

  it("are remembered for 24 hours; an older repeat is new", () => {
    const { started } = play({ on: on("a") }, [
      ["00:00", { event: ev("a", "1") }],
      ["23:59", { event: ev("a", "1") }],
      ["+1 00:01", { event: ev("a", "1") }],
    ]);
    expect(started).toEqual(["d@00:00 1", "d@+1 00:01 1"]);
  });

  it("are remembered for the last 10,000 ids", () => {
    const others = (count: number) => Array.from({ length: count }, (_, index) => ev("z", `other ${index}`));
    const within = play({ on: on("a") }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:01", { event: others(9_999) }],
      ["00:02", { event: ev("a", "1") }],
    ]);
    expect(within.started).toHaveLength(1);
    const beyond = play({ on: on("a") }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:01", { event: others(10_001) }],
      ["00:02", { event: ev("a", "1") }],
    ]);
    expect(beyond.started).toHaveLength(2);
  });
});
