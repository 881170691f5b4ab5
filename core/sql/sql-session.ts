import type { Connector } from "../tasks/connection.ts";

/** What can be bound to a parameter. Lists become arrays of the database, objects JSON. */
export type SqlValue = string | number | bigint | boolean | null | Date | Uint8Array | readonly SqlValue[] | { readonly [key: string]: unknown };

/** A connector of a database that `d.sql` can work in. */
export interface SqlConnector<Client> extends Connector<Client> {
  /** One connection for one task. Waits for a free one until the signal aborts. */
  session(client: Client, signal: AbortSignal): Promise<SqlSession>;
}

/** A connection while one task has it. Errors are those of its driver: `code`, `position` (characters from 1 on), `detail`, `hint`. */
export interface SqlSession {
  /** Begins a transaction. A statement that takes longer than `timeout` (milliseconds) is stopped by the server; `name` is for people there. */
  begin(options: { readonly timeout: number; readonly name: string }): Promise<void>;
  /** One statement; of its rows the first ones are kept, all are counted. */
  run(text: string, values: readonly SqlValue[], keep: number): Promise<SqlAnswer>;
  commit(): Promise<void>;
  /** Tells the server to stop what it does now. Never rejects: a server that does not listen loses the connection. */
  stop(): Promise<void>;
  /** Gives the connection back without anything that the task left in it, or throws it away with its transaction. */
  close(how: "give-back" | "throw-away"): Promise<void>;
}

export interface SqlAnswer {
  /** `INSERT`, `SELECT`, ... */
  readonly command: string;
  readonly rows: readonly { readonly [column: string]: unknown }[];
  /** Rows that it gave or changed; 0 for what does neither. */
  readonly rowCount: number;
}
