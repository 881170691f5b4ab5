export type { Connector } from "../../core/connection.ts";
export { postgres } from "./postgres.ts";
