import { describe, expect, it } from "vitest";
import { z } from "zod";
import { asset } from "../../../core/authoring/asset.ts";
import { originOf } from "../../../core/authoring/brand.ts";
import { DEFAULT_EVERY, watch } from "../../../core/authoring/watch.ts";
import { lines } from "../../types/source-of-lines.ts";
import { said } from "../caught.ts";

const raw = asset("s3://lake/raw", { schema: z.object({ rows: z.number() }) });
const anything = asset("s3://lake/anything");

describe("a watcher", () => {
  it("joins a source, an asset and a map", () => {
    const source = lines("a", "b");
    const map = (item: { n: number }) => ({ data: { rows: item.n } });
    const arrivals = watch("orders-arrive", source, { publishes: raw, every: "2s", startAt: "beginning", map });
    expect(arrivals).toMatchObject({ kind: "watcher", id: "orders-arrive", every: 2_000, startAt: "beginning" });
    expect(arrivals.source).toBe(source);
    expect(arrivals.publishes).toBe(raw);
    expect(arrivals.map).toBe(map);
    expect(originOf(arrivals)).toBe("own");
    expect(Object.isFrozen(arrivals)).toBe(true);
  });

  it("polls as often as the project says, from now on, unless it says otherwise", () => {
    const plain = watch("plain", lines(), { publishes: anything });
    expect(plain.startAt).toBe("now");
    expect(plain).not.toHaveProperty("every");
    expect(watch("often", lines(), { publishes: anything, every: "2s" }).every).toBe(2_000);
    expect(DEFAULT_EVERY).toBe(10_000);
    expect(plain).not.toHaveProperty("map");
    expect(watch("at", lines(), { publishes: anything, startAt: 12 }).startAt).toBe(12);
  });

  it.each<[string, () => unknown, RegExp]>([
    ["an id that is none", () => watch("Orders", lines(), { publishes: anything }), /^E_ID: .*write "orders"$/s],
    ["a reserved id", () => watch("constructor", lines(), { publishes: anything }), /^E_ID: "constructor" is reserved/],
    ["no source", () => watch("w", undefined as never, { publishes: anything }), /^E_REFERENCE: watcher w has no source/],
    ["an asset as source", () => watch("w", raw as never, { publishes: anything }), /^E_REFERENCE: watcher w has no source/],
    ["a list with a URI", () => watch("w", lines(), { publishes: [asset("s3://lake/raw"), "s3://lake/x"] } as never), /^E_REFERENCE: "publishes" of watcher w/],
    [
      "several assets without map",
      () => watch("w", lines(), { publishes: [asset("s3://a/b"), asset("s3://a/c")] } as never),
      /^E_OPTION: watcher w publishes several/,
    ],
    ["a URI to publish", () => watch("w", lines(), { publishes: "s3://lake/raw" } as never), /^E_REFERENCE: "publishes" of watcher w is no asset/],
    ["no options", () => watch("w", lines(), undefined as never), /^E_OPTION: the options of watcher w are undefined/],
    ["an unknown option", () => watch("w", lines(), { publishes: anything, evry: "1s" } as never), /did you mean "every"\?$/],
    ["a map that is no function", () => watch("w", lines(), { publishes: anything, map: {} as never }), /^E_OPTION: "map" of watcher w is no function/],
    ["no interval", () => watch("w", lines(), { publishes: anything, every: "often" as never }), /^E_DURATION/],
    ["an interval of nothing", () => watch("w", lines(), { publishes: anything, every: "0s" }), /^E_DURATION: watcher w polls every 0 ms/],
  ])("is refused with %s", (_, action, text) => {
    expect(said(action)).toMatch(text);
  });
});
