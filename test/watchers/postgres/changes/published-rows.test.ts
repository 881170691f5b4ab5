import { describe, expect, it } from "vitest";
import type { SeenItem } from "../../../../core/source.ts";
import type { PostgresChange } from "../../../../watchers/postgres/changes/postgres-changes.ts";
import { changesOfPublishedRows, seenRow } from "../../../../watchers/postgres/changes/published-rows.ts";
import type { PublishedTable } from "../../../../watchers/postgres/changes/published-tables.ts";

const ORDERS: PublishedTable = { schema: "sales", table: "orders", columns: [], key: ["id"], partitioned: false };
const LINES: PublishedTable = { schema: "sales", table: "lines", columns: [], key: ["order", "no"], partitioned: false };

type Brief = readonly [operation: PostgresChange["operation"], row: Record<string, number> | null, before?: Record<string, number>];

function changeOf([operation, row, before]: Brief, table = "orders"): PostgresChange {
  return { operation, schema: "sales", table, row, before: before ?? null, at: "2026-11-23T00:00:00.000000Z", commit: "0/100", index: 0, server: "7/1" };
}

function seenSet(rows: readonly SeenItem[]) {
  const items = new Set(rows.map(({ item }) => item));
  return { unseen: async (asked: readonly SeenItem[]) => asked.filter(({ item }) => !items.has(item)) };
}

describe("changes that a later snapshot has in it", () => {
  const published = seenSet([seenRow(ORDERS, [1]), seenRow(LINES, [1, 7])]);

  it.each<{ what: string; changes: readonly Brief[]; told: readonly number[]; moved?: readonly number[] }>([
    { what: "an update of a published row is told", changes: [["update", { id: 1 }]], told: [0] },
    { what: "an update of another row is in the snapshot", changes: [["update", { id: 2 }]], told: [] },
    { what: "an insert is in the snapshot", changes: [["insert", { id: 2 }]], told: [] },
    { what: "the deletion of a published row is told", changes: [["delete", null, { id: 1 }]], told: [0] },
    { what: "the deletion of a row that nobody was told of is not", changes: [["delete", null, { id: 2 }]], told: [] },
    {
      what: "a published row that is deleted and made again is told, since the snapshot's is left out",
      changes: [
        ["delete", null, { id: 1 }],
        ["insert", { id: 1 }],
      ],
      told: [0, 1],
    },
    { what: "a published row that gets another key is published under that", changes: [["update", { id: 5 }, { id: 1 }]], told: [0], moved: [5] },
    {
      what: "so what happens to it after that is told",
      changes: [
        ["update", { id: 5 }, { id: 1 }],
        ["update", { id: 6 }, { id: 5 }],
        ["delete", null, { id: 6 }],
      ],
      told: [0, 1, 2],
      moved: [5, 6],
    },
    { what: "a row that gets the key of a published one is told", changes: [["update", { id: 1 }, { id: 2 }]], told: [0] },
    { what: "a truncation is told", changes: [["truncate", null]], told: [0] },
  ])("$what", async ({ changes, told, moved = [] }) => {
    const given = changes.map((one) => changeOf(one));
    const found = await changesOfPublishedRows(given, [ORDERS, LINES], published);
    expect(found.changes).toEqual(told.map((k) => given[k]));
    expect(found.seen).toEqual(moved.map((id) => seenRow(ORDERS, [id])));
  });

  it("tells rows apart by all columns of the key, and by the table", async () => {
    const lines = [changeOf(["update", { order: 1, no: 7 }], "lines"), changeOf(["update", { order: 1, no: 8 }], "lines"), changeOf(["update", { id: 17 }])];
    expect((await changesOfPublishedRows(lines, [ORDERS, LINES], published)).changes).toEqual([lines[0]]);
  });

  it("tells changes of a table that the publication does not have any more", async () => {
    const changes = [changeOf(["insert", { id: 2 }], "gone")];
    expect((await changesOfPublishedRows(changes, [ORDERS], published)).changes).toEqual(changes);
  });
});
