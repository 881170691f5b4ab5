import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundleWorkflowCode, DefaultLogger } from "@temporalio/worker";

/**
 * What is evaluated once for each workflow thread, with all that it imports. The SDK evaluates every module anew for each run, which
 * costs more than the run does; these keep nothing of a run. `workflows/asset-registry` does not belong here: `workflows/reset-sign`
 * below it remembers what it saw when its run began.
 */
const SHARED = [
  "core/conditions/strict-json",
  "registry/index",
  "interpreter/index",
  "workflows/dag-run",
  "workflows/fact-projector",
  "workflows/map-items",
  "workflows/registry-carry",
  "workflows/registry-catalog",
  "workflows/registry-catalogs",
  "workflows/registry-checks",
  "workflows/registry-facts",
  "workflows/registry-inbox",
  "workflows/registry-operators",
  "workflows/registry-reconcile",
  "workflows/registry-starts",
  "workflows/registry-stretches",
  "workflows/registry-work",
  "workflows/watcher",
];

const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const pathOf = (module: string): string => fileURLToPath(new URL(`../${module}.${extension}`, import.meta.url));

/** Writes the workflow bundle to the file that the first argument names. The converter is part of it: a worker's own does not reach a ready bundle. */
const [target = ""] = process.argv.slice(2);
const { code } = await bundleWorkflowCode({
  workflowsPath: pathOf("workflows/index"),
  payloadConverterPath: pathOf("workflows/payload-converter"),
  preloadModules: SHARED.map(pathOf),
  logger: new DefaultLogger("WARN"),
  // Stack traces need positions only; without the sources' text the map is a third, in every workflow thread.
  // Our package says that its modules have no side effects; taken at that word, webpack leaves out what is loaded for its own sake.
  webpackConfigHook: (config) => ({
    ...config,
    devtool: "inline-nosources-cheap-module-source-map",
    optimization: { ...config.optimization, sideEffects: false },
  }),
});
const preloaded = /preloadModules\(\) \{([^}]*)\}/.exec(code)?.[1]?.match(/__webpack_require__\(/g)?.length ?? 0;
if (preloaded !== SHARED.length) throw new Error(`the bundle evaluates ${preloaded} of ${SHARED.length} modules ahead: webpack left out the others`);
writeFileSync(target, code);
