export type { CloudEventAttributes } from "../cloud-event.ts";
export type { QueueCursor } from "../queue-start.ts";
export type { PubSubItem, PubSubOptions } from "./pubsub.ts";
export { pubsub } from "./pubsub.ts";
