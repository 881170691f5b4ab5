export type { CloudEventAttributes } from "../cloud-event.ts";
export type { QueueCursor } from "../queue-start.ts";
export type { ServiceBusItem, ServiceBusOptions } from "./service-bus.ts";
export { serviceBus } from "./service-bus.ts";
