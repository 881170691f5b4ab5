import { afterAll, beforeAll } from "vitest";
import { kafkaServer } from "../../scripts/servers/kafka.ts";
import { postgresServer } from "../../scripts/servers/postgres.ts";
import { s3Server } from "../../scripts/servers/s3.ts";
import { sqsServer } from "../../scripts/servers/sqs.ts";
import { describeWithServers } from "../support/servers.ts";
import { type Examples, startExamples } from "./examples.ts";
import { cdcScene } from "./scenes/cdc.ts";
import { gatewayScene } from "./scenes/gateway.ts";
import { type Hook, healthScene, startHook } from "./scenes/health.ts";
import { kitScene } from "./scenes/kit.ts";
import { HOOK_SECRET, outsideScene } from "./scenes/outside.ts";
import { queuesScene } from "./scenes/queues.ts";
import { realtimeScene } from "./scenes/realtime.ts";
import { scriptsScene } from "./scenes/scripts.ts";
import { type Supplier, startSupplier } from "./scenes/supplier.ts";
import { teamsScene } from "./scenes/teams.ts";
import { warehouseScene } from "./scenes/warehouse.ts";
import { createStage } from "./stage.ts";

// All examples at once, since servers and workers are what costs. A scene for each folder of dags/.

await describeWithServers("the examples of dags/", { s3: s3Server, kafka: kafkaServer, sqs: sqsServer, shop: postgresServer }, (servers) => {
  let examples: Examples;
  let supplier: Supplier;
  let hook: Hook;
  beforeAll(async () => {
    supplier = await startSupplier();
    hook = await startHook();
    const { s3, kafka, sqs, shop } = servers();
    const own = {
      HEADGATE_CONN_SHOP: shop.url,
      HEADGATE_CONN_SUPPLIER: supplier.uri,
      HEADGATE_CONN_ALERTS: hook.uri,
      HEADGATE_CONN_PAYMENTS_HOOK: `secret:${encodeURIComponent(HOOK_SECRET)}`,
    };
    examples = await startExamples({
      together: ["warehouse", "queues", "outside", "realtime", "cdc", "gateway", "kit", "health"],
      apart: ["teams/marketing", "teams/sales", "teams/analytics"],
      env: { ...s3.env, ...kafka.env, ...sqs.env, ...own },
    });
  });
  afterAll(async () => {
    await examples?.[Symbol.asyncDispose]();
    await supplier?.close();
    await hook?.close();
  });

  const stage = createStage(() => examples, servers);
  warehouseScene(stage);
  queuesScene(stage);
  outsideScene(stage, () => supplier);
  realtimeScene(stage);
  teamsScene(stage);
  cdcScene(stage);
  gatewayScene(stage);
  kitScene(stage);
  scriptsScene(stage);
  healthScene(stage, () => hook);
});
