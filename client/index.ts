export type { EventInput } from "../core/event.ts";
export type { Names } from "../core/names.ts";
export type { RunInput } from "../core/run.ts";
export type { Explanation } from "../registry/index.ts";
export { type Headgate, headgateOver } from "./headgate.ts";
export { createPublisher, type Publisher, type PublisherOptions } from "./publisher.ts";
export type { RegistryClient } from "./registry.ts";
export type { RunsClient } from "./runs.ts";
export { signalSender } from "./signal-sender.ts";
