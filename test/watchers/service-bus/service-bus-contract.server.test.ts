import { serviceBusServer } from "../../../scripts/servers/service-bus.ts";
import { describeWithServer } from "../../support/servers.ts";
import { sourceContract } from "../source-contract.ts";
import { createBusWorld } from "./bus-world.ts";

await describeWithServer("Service Bus", serviceBusServer, (server) => {
  const forgets = { forgets: true };
  sourceContract("the Service Bus source on a queue", () => createBusWorld(server(), { lock: 2_000 }), undefined, forgets);
  sourceContract("the Service Bus source on a subscription", () => createBusWorld(server(), { lock: 2_000 }, "subscription"), undefined, forgets);
  sourceContract("the Service Bus source by session", () => createBusWorld(server(), { lock: 2_000, sessions: true }), undefined, forgets);
});
