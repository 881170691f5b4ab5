export type { Connector } from "../../core/tasks/connection.ts";
export { postgres } from "./postgres.ts";
