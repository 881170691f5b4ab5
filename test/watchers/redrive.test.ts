import { expect, it } from "vitest";
import { asset } from "../../core/authoring/asset.ts";
import { watch } from "../../core/authoring/watch.ts";
import type { EventInput } from "../../core/event.ts";
import type { DeadLetter } from "../../store/dead-letters.ts";
import { redriveLetters } from "../../watchers/redrive.ts";
import { lines } from "../types/source-of-lines.ts";

const NEVER = { redeliveredAt: null, redeliveredBy: null, droppedAt: null, droppedBy: null, droppedWhy: null };
const letter = (id: string, raw: string): DeadLetter => ({ watcher: "lines", id, reason: "map threw", raw, times: 1, firstAt: 0, at: 0, ...NEVER });
const watcher = watch("lines", lines(), {
  publishes: asset("s3://lake/lines"),
  map: ({ line, n }) => {
    if (line === "odd") throw new Error("an odd line");
    return line === "" ? undefined : { data: { line, n } };
  },
});

it.each([
  ["an item that map takes now is published with its own id", [letter("7", '{"line":"good","n":7}')], [["7", ["7"]]], []],
  ["one that map ignores now is done, too", [letter("8", '{"line":"","n":8}')], [["8", []]], []],
  ["one that fails again stays, and the next one goes on", [letter("1", '{"line":"odd","n":1}'), letter("2", '{"line":"x","n":2}')], [["2", ["2"]]], ["1"]],
  ["what could not be decoded is no item", [letter("m-1", "<xml>")], [], ["m-1"]],
  ["and neither is a body that only looks like one", [letter("m-2", '{"line":"x","n":3}')], [], ["m-2"]],
  ["an item without an id of its own is taken", [letter("unidentified:77", '{"line":"x","n":4}')], [["unidentified:77", ["4"]]], []],
])("%s", async (_, letters, published, failed) => {
  const sent: [string, (string | undefined)[]][] = [];
  const done = await redriveLetters(letters, {
    watcher,
    redeliver: async (id: string, events: readonly EventInput[]) => void sent.push([id, events.map((event) => event.id)]),
  });
  expect(sent).toEqual(published);
  expect(done.redriven).toEqual(published.map(([id]) => id));
  expect(done.failed.map(({ id }) => id)).toEqual(failed);
});

it("takes a corrected item in place of what was read", async () => {
  const sent: EventInput[] = [];
  const done = await redriveLetters([letter("m-1", "<xml>")], {
    watcher,
    item: { line: "good", n: 9 },
    redeliver: async (_id, events) => void sent.push(...events),
  });
  expect(done).toEqual({ redriven: ["m-1"], events: 1, failed: [] });
  expect(sent).toMatchObject([{ id: "9", source: "lines://test", data: { line: "good", n: 9 } }]);
});
