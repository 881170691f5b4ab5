export type { CloudEventAttributes } from "../cloud-event.ts";
export type { KafkaItem, KafkaOptions } from "./kafka.ts";
export { kafka } from "./kafka.ts";
export type { KafkaCursor } from "./positions.ts";
