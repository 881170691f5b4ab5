import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundleWorkflowCode, DefaultLogger } from "@temporalio/worker";

/** Writes the workflow bundle to the file that the first argument names. The converter is part of it: a worker's own does not reach a ready bundle. */
const [target = ""] = process.argv.slice(2);
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const { code } = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL(`../workflows/index.${extension}`, import.meta.url)),
  payloadConverterPath: fileURLToPath(new URL(`../workflows/payload-converter.${extension}`, import.meta.url)),
  logger: new DefaultLogger("WARN"),
  // Stack traces need positions only; without the sources' text the map is a third, in every workflow thread.
  webpackConfigHook: (config) => ({ ...config, devtool: "inline-nosources-cheap-module-source-map" }),
});
writeFileSync(target, code);
