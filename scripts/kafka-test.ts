// `npm run kafka-test -- dags/warehouse kafka://streams/user-events record.json`: sends a record and follows it to the end of the run
// that it starts. The record is in a file, or comes from stdin by `-`: no shell has to quote JSON. Ends with 1 if it does not get there.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { storeSchema } from "../cli/frame/connect.ts";
import { messageOf } from "../core/errors.ts";
import { openStore } from "../store/index.ts";
import { checkKafka } from "./assets/check-kafka.ts";
import { exampleProject } from "./assets/example-project.ts";

async function main([folder, asset, file]: readonly string[]): Promise<number> {
  if (folder === undefined || asset === undefined || file === undefined) {
    console.error("usage: npm run kafka-test -- <folder> kafka://<connection>/<topic> <file with the record, or ->");
    return 2;
  }
  const { config, connection } = await exampleProject(resolve(folder));
  const { databaseUrl, environment } = config.settings;
  if (databaseUrl === undefined) throw new Error(`nothing runs for ${folder}: start \`npm run headgate -- dev --config ${folder}/headgate.config.ts\``);
  const value = (file === "-" ? await text(process.stdin) : readFileSync(resolve(file), "utf8")).trim();
  const store = openStore({ url: databaseUrl, schema: storeSchema(environment) });
  try {
    return (await checkKafka({ store, connection, asset, value, onStep: (line) => console.log(line) })) ? 0 : 1;
  } finally {
    await store.close();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
