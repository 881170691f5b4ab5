import type { Database } from "../database.ts";

/** One step of the schema, run once, in a transaction. It names its tables by `db.tables`. */
export type Step = (db: Database) => Promise<void>;
