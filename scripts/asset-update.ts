// `npm run asset-update -- dags/kit snowflake://acme-eu1/PROD/SALES/ORDERS --partition 2026-11-23 --data update.json`: publishes an asset by
// hand, and follows what it starts. `headgate publish` is the short way; this is how a service of yours would, by the client library.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { storeSchema } from "../cli/frame/connect.ts";
import { headgateOver } from "../client/index.ts";
import { messageOf } from "../core/errors.ts";
import { connectTemporal } from "../runtime/temporal-connection.ts";
import { openStore } from "../store/index.ts";
import { exampleProject } from "./assets/example-project.ts";
import { followEvent } from "./assets/follow-event.ts";

async function main(): Promise<number> {
  const options = { partition: { type: "string" }, data: { type: "string" }, id: { type: "string" } } as const;
  const { positionals, values } = parseArgs({ options, allowPositionals: true });
  const [folder, asset] = positionals;
  if (folder === undefined || asset === undefined) {
    console.error("usage: npm run asset-update -- <folder> <asset> [--partition <key>] [--data <JSON file>] [--id <id>]");
    return 2;
  }
  const { config } = await exampleProject(resolve(folder));
  const { databaseUrl, environment } = config.settings;
  if (databaseUrl === undefined) throw new Error(`nothing runs for ${folder}: start \`npm run headgate -- dev --config ${folder}/headgate.config.ts\``);
  const temporal = await connectTemporal(config.settings);
  const headgate = headgateOver(temporal.client, { environment });
  const store = openStore({ url: databaseUrl, schema: storeSchema(environment) });
  try {
    const event = { asset, id: values.id ?? randomUUID(), ...(values.partition === undefined ? {} : { partition: values.partition }) };
    await headgate.publish([{ ...event, ...(values.data === undefined ? {} : { data: JSON.parse(readFileSync(resolve(values.data), "utf8")) }) }]);
    console.log(`published  ${event.id}`);
    return (await followEvent({ store, event: { id: event.id }, patience: 60_000, onStep: (line) => console.log(line) })) ? 0 : 1;
  } finally {
    await Promise.allSettled([headgate.close(), store.close()]);
    await temporal.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
