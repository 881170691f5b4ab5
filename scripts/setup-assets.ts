// `npm run assets:setup -- dags/warehouse`: makes the tables, buckets, topics and queues that a project's assets name.
import { resolve } from "node:path";
import { messageOf } from "../core/errors.ts";
import { loadDefinitions } from "../runtime/load-definitions.ts";
import { exampleProject } from "./assets/example-project.ts";
import { setUpAssets } from "./assets/set-up-assets.ts";

const [folder = "."] = process.argv.slice(2);
try {
  const { config, connection } = await exampleProject(resolve(folder));
  const { root, settings } = config;
  const { definitions, errors } = await loadDefinitions({ root, globs: settings.dags });
  if (errors[0] !== undefined) throw errors[0];
  await setUpAssets({ root, definitions, connection, onDone: (line) => console.log(line) });
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
