export type { CloudEventAttributes } from "../cloud-event.ts";
export type { KafkaItem, KafkaOptions } from "./kafka.ts";
export { kafka } from "./kafka.ts";
export type { KafkaCursor } from "./positions.ts";
export { schemaRegistry } from "./schema-registry.ts";
export type { ValueFormat } from "./value-format.ts";
