import { expect, it } from "vitest";
import type { Change } from "../../dags/cdc/assets.ts";
import { netChanges } from "../../dags/cdc/net-changes.ts";

const at = "2026-11-23T10:00:00.000000Z";
const row = (id: string, email: string): NonNullable<Change["customer"]> => ({ customer_id: id, name: "Ada", email });
const write = (id: string, email: string, gone: string | null = null): Change => ({ operation: "update", customer: row(id, email), gone, at });
const remove = (id: string): Change => ({ operation: "delete", customer: null, gone: id, at });
const truncate: Change = { operation: "truncate", customer: null, gone: null, at };

it.each([
  ["of two writes the later one is left", [write("a", "1"), write("a", "2")], [row("a", "2")], [], false],
  ["a row that was written and deleted is deleted", [write("a", "1"), remove("a")], [], ["a"], false],
  ["a row that was deleted and came again is there", [remove("a"), write("a", "1")], [row("a", "1")], [], false],
  ["a row with another key leaves the old one", [write("a", "1"), write("b", "1", "a")], [row("b", "1")], ["a"], false],
  ["what was before a truncate counts no more", [write("a", "1"), remove("c"), truncate, write("b", "1")], [row("b", "1")], [], true],
] as const)("%s", (_, changes, upserts, deletes, truncated) => {
  expect(netChanges(changes)).toEqual({ upserts: upserts.map((one) => ({ ...one, changed_at: at })), deletes, truncated });
});
