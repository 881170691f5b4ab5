export type { PostgresChange, PostgresChangesOptions } from "./changes/postgres-changes.ts";
export { postgresChanges } from "./changes/postgres-changes.ts";
export type { ChangesCursor } from "./changes/transactions.ts";
export type { TableCursor } from "./follower.ts";
export type { FollowBy } from "./place.ts";
export type { PostgresRow, PostgresTableOptions } from "./postgres-table.ts";
export { postgresTable } from "./postgres-table.ts";
