import { pubsubServer } from "../../../scripts/servers/pubsub.ts";
import { describeWithServer } from "../../support/servers.ts";
import { sourceContract } from "../source-contract.ts";
import { createSubscriptionWorld } from "./subscription-world.ts";

await describeWithServer("Pub/Sub", pubsubServer, (server) => {
  sourceContract("the Pub/Sub source", () => createSubscriptionWorld(server()), undefined, { forgets: true });
  sourceContract("the Pub/Sub source with exactly-once delivery", () => createSubscriptionWorld(server(), { exactlyOnce: true }), undefined, { forgets: true });
});
