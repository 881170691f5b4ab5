import { describe, expect, it } from "vitest";
import { formatLsn, parseLsn } from "../../../../watchers/postgres/changes/lsn.ts";
import { decodeLogMessage } from "../../../../watchers/postgres/changes/pgoutput.ts";
import type { StreamMessage } from "../../../../watchers/postgres/changes/replication-stream.ts";
import { type ChangesCursor, createTransactionReader } from "../../../../watchers/postgres/changes/transactions.ts";

describe("a place in the log", () => {
  it.each([
    { text: "0/0", lsn: 0n },
    { text: "0/16B3748", lsn: 0x16b3748n },
    { text: "0/FFFFFFF", lsn: 0xfffffffn },
    { text: "0/10000000", lsn: 0x10000000n },
    { text: "16/B374D848", lsn: 0x16b374d848n },
    { text: "FFFFFFFF/FFFFFFFF", lsn: 0xffff_ffff_ffff_ffffn },
  ])("$text is a number, and the other way round", ({ text, lsn }) => {
    expect(parseLsn(text)).toBe(lsn);
    expect(formatLsn(lsn)).toBe(text);
  });

  it.each(["", "0", "0/", "x/1", "0/123456789", "0/1 "])("%j is none", (text) => {
    expect(() => parseLsn(text)).toThrow(TypeError);
  });
});

describe("a message that pgoutput does not have", () => {
  it.each([
    { what: "an unknown kind", bytes: Buffer.from("S"), says: '"S"' },
    { what: "an unknown form of a value", bytes: Buffer.from("I\0\0\0\x01N\0\x01b"), says: 'form "b"' },
    { what: "a deletion without a row", bytes: Buffer.from("D\0\0\0\x01N"), says: "no old row" },
  ])("is refused: $what", ({ bytes, says }) => {
    expect(() => decodeLogMessage(bytes)).toThrow(says);
  });

  it("is refused when it ends too early", () => {
    expect(() => decodeLogMessage(Buffer.from("B\0\0"))).toThrow(RangeError);
  });
});

describe("transactions that are sent again", () => {
  /** Reads a log of transactions, each committed at a place and with so many changes, from a position on. */
  function read(from: Pick<ChangesCursor, "lsn" | "within">, log: readonly (StreamMessage | { readonly commit: number; readonly changes: number })[]) {
    const reader = createTransactionReader({ from, server: "7/1", wanted: () => true });
    const told: string[] = [];
    for (const one of log) {
      for (const message of "kind" in one ? [one] : transaction(one.commit, one.changes)) {
        told.push(...reader.push(message).changes.map(({ commit, index }) => `${commit}:${index}`));
      }
    }
    return { told, position: reader.position(), safe: formatLsn(reader.safe()) };
  }

  it.each([
    { what: "what comes after the position", from: { lsn: "0/100" }, told: ["0/100:0", "0/200:0", "0/200:1"], position: { lsn: "0/210" } },
    { what: "nothing that was committed before it", from: { lsn: "0/110" }, told: ["0/200:0", "0/200:1"], position: { lsn: "0/210" } },
    { what: "nothing when all is done", from: { lsn: "0/210" }, told: [], position: { lsn: "0/210" } },
    { what: "the rest of a transaction", from: { lsn: "0/110", within: { commit: "0/200", done: 1 } }, told: ["0/200:1"], position: { lsn: "0/210" } },
    { what: "nothing of one whose changes are all done", from: { lsn: "0/110", within: { commit: "0/200", done: 2 } }, told: [], position: { lsn: "0/210" } },
  ])("tell $what", ({ from, told, position }) => {
    const log = [
      { commit: 0x100, changes: 1 },
      { commit: 0x200, changes: 2 },
    ];
    expect(read(from, log)).toEqual({ told, position, safe: position.lsn });
  });

  it("are not safe before their end, however many of their changes are done", () => {
    const begun = transaction(0x200, 3).slice(0, -1);
    expect(read({ lsn: "0/110" }, begun)).toEqual({
      told: ["0/200:0", "0/200:1", "0/200:2"],
      position: { lsn: "0/110", within: { commit: "0/200", done: 3 } },
      safe: "0/110",
    });
  });

  it("let the position follow what the server has read only between two of them", () => {
    const reached = (lsn: number): StreamMessage => ({ kind: "reached", lsn: BigInt(lsn) });
    const begun = transaction(0x200, 1).slice(0, -1);
    expect(read({ lsn: "0/110" }, [reached(0x150)]).safe).toBe("0/150");
    expect(read({ lsn: "0/110" }, [reached(0x100)]).safe).toBe("0/110");
    expect(read({ lsn: "0/110" }, [...begun, reached(0x300)]).safe).toBe("0/110");
    // A part that is done is still known when the transaction comes again.
    const within = { commit: "0/200", done: 1 };
    expect(read({ lsn: "0/110", within }, [reached(0x150), { commit: 0x200, changes: 2 }]).told).toEqual(["0/200:1"]);
  });

  it("keep their numbers, whatever is wanted of them", () => {
    const reader = createTransactionReader({ from: { lsn: "0/0" }, server: "7/1", wanted: ({ table }) => table === "others" });
    const told = transaction(0x100, 2).flatMap((message) => reader.push(message).changes);
    expect(told).toEqual([]);
    expect(reader.position()).toEqual({ lsn: "0/110" });
  });

  it("go to the dead letters with what cannot be read, and only that", () => {
    const reader = createTransactionReader({ from: { lsn: "0/0" }, server: "7/1", wanted: () => true });
    const json = [data("R\0\0\0\x02", text("public"), text("docs"), "d\0\x01\x01", text("doc"), int32(114), int32(-1)), ...transaction(0x100, 0)];
    const messages = [...json.slice(0, 2), insert(2, "{"), insert(2, "{}"), ...json.slice(2)];
    const read = messages.map((message) => reader.push(message));
    expect(read.flatMap(({ poison }) => poison)).toEqual([{ id: "7/1/0/100:0", reason: expect.stringContaining("JSON"), raw: "public.docs" }]);
    expect(read.flatMap(({ changes }) => changes)).toMatchObject([{ row: { doc: {} }, index: 1 }]);
  });
});

/** The messages of a transaction that inserts into `public.orders`, whose commit record has 16 bytes. */
function transaction(commit: number, changes: number): readonly StreamMessage[] {
  return [
    data("B", int64(commit), int64(0), int32(1)),
    data("R\0\0\0\x01", text("public"), text("orders"), "d\0\x01\x01", text("name"), int32(25), int32(-1)),
    ...Array.from({ length: changes }, (_, k) => insert(1, `n${k}`)),
    data("C\0", int64(commit), int64(commit + 16), int64(0)),
  ];
}

function insert(table: number, value: string): StreamMessage {
  return data("I", int32(table), "N\0\x01t", int32(value.length), value);
}

function data(...parts: readonly (string | Buffer)[]): StreamMessage {
  return { kind: "data", data: Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part))) };
}

function text(value: string): string {
  return `${value}\0`;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}
