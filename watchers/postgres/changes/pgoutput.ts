/** A column as the log describes it. */
export interface LogColumn {
  readonly name: string;
  /** Object id of its type. */
  readonly type: number;
  /** True if it is part of the replica identity, so that its old value is told. */
  readonly identifies: boolean;
}

export interface LogTable {
  readonly id: number;
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly LogColumn[];
}

/** A value as text; null; or absent because it is stored apart (TOAST) and did not change. */
export type LogValue = string | null | undefined;
export type LogRow = readonly LogValue[];

/** One message of the output plugin pgoutput, in version 1 of its protocol. What tells nothing about rows is `other`. */
export type LogMessage =
  | { readonly kind: "begin"; readonly commit: bigint; readonly at: bigint }
  | { readonly kind: "commit"; readonly end: bigint }
  | { readonly kind: "table"; readonly table: LogTable }
  | { readonly kind: "insert"; readonly table: number; readonly row: LogRow }
  | { readonly kind: "update"; readonly table: number; readonly before: OldRow | undefined; readonly row: LogRow }
  | { readonly kind: "delete"; readonly table: number; readonly before: OldRow }
  | { readonly kind: "truncate"; readonly tables: readonly number[] }
  | { readonly kind: "other" };

export interface OldRow {
  /** False if only the columns of the replica identity have values. */
  readonly whole: boolean;
  readonly values: LogRow;
}

/** Microseconds from 1970 to 2000, from which Postgres counts. */
const EPOCH = 946_684_800_000_000n;

/**
 * Decodes one message. `at` of a transaction is in microseconds since 1970. Throws `TypeError` for what the protocol does not have.
 * The form is in the manual of Postgres, "Logical Replication Message Formats".
 */
export function decodeLogMessage(bytes: Buffer): LogMessage {
  const read = createReader(bytes);
  const code = String.fromCharCode(read.byte());
  switch (code) {
    case "B":
      return { kind: "begin", commit: read.lsn(), at: read.lsn() + EPOCH };
    case "C":
      read.byte();
      read.lsn();
      return { kind: "commit", end: read.lsn() };
    case "R":
      return { kind: "table", table: readTable(read) };
    case "I":
      return { kind: "insert", table: read.int32(), row: readNewRow(read) };
    case "U":
      return { kind: "update", table: read.int32(), before: readOldRow(read), row: readNewRow(read) };
    case "D": {
      const table = read.int32();
      const before = readOldRow(read);
      if (before === undefined) throw new TypeError("a deletion in the log has no old row");
      return { kind: "delete", table, before };
    }
    case "T": {
      const count = read.int32();
      read.byte();
      return { kind: "truncate", tables: Array.from({ length: count }, () => read.int32()) };
    }
    // A type, an origin, a message of an application.
    case "Y":
    case "O":
    case "M":
      return { kind: "other" };
    default:
      throw new TypeError(`the log has a message "${code}", which version 1 of pgoutput does not have`);
  }
}

type Reader = ReturnType<typeof createReader>;

function createReader(bytes: Buffer) {
  let offset = 0;
  const step = (length: number): number => {
    offset += length;
    return offset - length;
  };
  return {
    byte: () => bytes.readUInt8(step(1)),
    peek: () => bytes.readUInt8(offset),
    int16: () => bytes.readInt16BE(step(2)),
    int32: () => bytes.readUInt32BE(step(4)),
    lsn: () => bytes.readBigUInt64BE(step(8)),
    text: (length: number) => {
      const start = step(length);
      return bytes.toString("utf8", start, start + length);
    },
    zeroEnded: () => {
      const end = bytes.indexOf(0, offset);
      const text = bytes.toString("utf8", offset, end);
      offset = end + 1;
      return text;
    },
  };
}

function readTable(read: Reader): LogTable {
  const id = read.int32();
  // No name stands for the catalogue's own schema.
  const schema = read.zeroEnded() || "pg_catalog";
  const table = read.zeroEnded();
  read.byte();
  const columns = Array.from({ length: read.int16() }, () => {
    const identifies = (read.byte() & 1) === 1;
    const name = read.zeroEnded();
    const type = read.int32();
    read.int32();
    return { name, type, identifies };
  });
  return { id, schema, table, columns };
}

function readOldRow(read: Reader): OldRow | undefined {
  const code = String.fromCharCode(read.peek());
  if (code !== "K" && code !== "O") return undefined;
  read.byte();
  return { whole: code === "O", values: readRow(read) };
}

function readNewRow(read: Reader): LogRow {
  const code = String.fromCharCode(read.byte());
  if (code !== "N") throw new TypeError(`a new row in the log begins with "${code}"`);
  return readRow(read);
}

function readRow(read: Reader): LogRow {
  return Array.from({ length: read.int16() }, () => {
    const code = String.fromCharCode(read.byte());
    if (code === "n") return null;
    if (code === "u") return undefined;
    if (code === "t") return read.text(read.int32());
    throw new TypeError(`a value in the log has the form "${code}"`);
  });
}
