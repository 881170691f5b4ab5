export type { RabbitMqItem, RabbitMqOptions } from "./rabbitmq.ts";
export { rabbitmq } from "./rabbitmq.ts";
export type { RabbitCursor } from "./read-queue.ts";
