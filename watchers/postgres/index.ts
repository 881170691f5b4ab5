export type { TableCursor } from "./follower.ts";
export type { FollowBy } from "./place.ts";
export type { PostgresRow, PostgresTableOptions } from "./postgres-table.ts";
export { postgresTable } from "./postgres-table.ts";
