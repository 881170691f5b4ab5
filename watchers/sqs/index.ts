export type { QueueCursor } from "../queue-start.ts";
export type { SqsItem, SqsOptions } from "./sqs.ts";
export { sqs } from "./sqs.ts";
