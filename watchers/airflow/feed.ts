import type { PoisonItem } from "../../core/source.ts";

/** One thing of Airflow that has an instant, by which its API orders it. */
export interface FeedEntry<Item> {
  /** Microseconds since 1970. */
  readonly at: number;
  /** Of the thing and its instant: for ever the same, also where Airflow's own numbers begin again after its database was made anew. */
  readonly id: string;
  /** Undefined if it is nothing that is read here: of another asset or DAG. */
  readonly item?: Item;
  /** What could not be understood. */
  readonly poison?: PoisonItem;
}

export interface FeedPage<Item> {
  /** Ordered by their instants. */
  readonly entries: readonly FeedEntry<Item>[];
  /** False if others follow. */
  readonly isLast: boolean;
  /** The server's clock, in milliseconds. */
  readonly at: number;
}

export interface FeedRange {
  /** Microseconds: the first instant that is asked for. */
  readonly from?: number;
  /** @default "oldest" */
  readonly first?: "oldest" | "newest";
  /** How many of the first ones to leave out. @default 0 */
  readonly skip?: number;
  /** Also those of other DAGs. @default false */
  readonly everything?: boolean;
  readonly limit: number;
}

/** A list of Airflow's REST API that grows at its end. */
export interface Feed<Item> {
  /** For messages: `asset events`. */
  readonly name: string;
  page(range: FeedRange): Promise<FeedPage<Item>>;
}
