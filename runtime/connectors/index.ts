export type { Connector } from "../../core/tasks/connection.ts";
export { postgres } from "./postgres.ts";
export { s3 } from "./s3.ts";
export { transaction } from "./transaction.ts";
