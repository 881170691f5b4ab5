import { describe, expect, it } from "vitest";
import { movedWatchers } from "../../cli/moved-watchers.ts";
import { asset } from "../../core/authoring/asset.ts";
import { watch } from "../../core/authoring/watch.ts";
import { files } from "../../watchers/files/index.ts";
import { s3 } from "../../watchers/s3/index.ts";

const publishes = asset("s3://lake/raw");
const map = (): undefined => undefined;
const raw = watch("raw", s3(), { publishes, map });
const at = (fingerprint: string | null) => [{ watcher: "raw", fingerprint }];

describe("a deploy", () => {
  it.each([
    ["that leaves a watcher where it is", raw, at("s3 s3://lake/raw")],
    ["of a watcher that never stood anywhere", raw, []],
    ["of a watcher whose position was reset", raw, at(null)],
    ["that changes pattern and interval", watch("raw", s3({ pattern: "*.csv" }), { publishes, map, every: "1s" }), at("s3 s3://lake/raw")],
  ])("%s asks for nothing", (_, watcher, known) => {
    expect(movedWatchers([watcher], known, [])).toEqual([]);
  });

  it.each([
    ["another bucket", watch("raw", s3({ bucket: "other", prefix: "raw" }), { publishes, map }), "s3 s3://other/raw"],
    ["another technology", watch("raw", files({ path: "/lake" }), { publishes, map }), "files file:///lake"],
  ])("that reads %s asks where the watcher begins there", (_, watcher, to) => {
    const move = (...given: string[]) => movedWatchers([watcher], at("s3 s3://lake/raw"), given);
    expect(() => move()).toThrow(expect.objectContaining({ code: "E_WATCHER_CHANGED", message: expect.stringContaining(`watcher raw would read ${to}`) }));
    expect(move("raw=now")).toEqual([{ watcher: "raw", from: "s3 s3://lake/raw", to, position: "now" }]);
    expect(move('raw={"after":"2026-11-23T00:00:00Z"}')).toMatchObject([{ position: { after: "2026-11-23T00:00:00Z" } }]);
    expect(move("raw=keep")).toMatchObject([{ position: "keep" }]);
  });

  it.each([
    [["raw=now"], "the deploy does not move watcher raw"],
    [["nobody=now"], "the deploy does not move watcher nobody"],
    [["raw"], '"raw" names no watcher and position'],
    [["raw=yesterday"], '"yesterday" is no position'],
  ])("refuses --position %j", (given, says) => {
    expect(() => movedWatchers([raw], at("s3 s3://lake/raw"), given)).toThrow(
      expect.objectContaining({ code: "E_USAGE", message: expect.stringContaining(says) }),
    );
  });
});
