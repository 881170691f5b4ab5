import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundleWorkflowCode, DefaultLogger } from "@temporalio/worker";

/**
 * What `workflows/` imports of our pure folders. The SDK evaluates every module anew for each run, which costs more than the run
 * does; these keep nothing of a run, so they are evaluated once for each workflow thread.
 */
const PURE = [
  "registry/index",
  "interpreter/index",
  "core/decision-memo",
  "core/errors",
  "core/json",
  "core/limits",
  "core/names",
  "core/registry-protocol",
  "core/tasks/task-io",
  "core/watcher-protocol",
];

const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const pathOf = (module: string): string => fileURLToPath(new URL(`../${module}.${extension}`, import.meta.url));

/** Writes the workflow bundle to the file that the first argument names. The converter is part of it: a worker's own does not reach a ready bundle. */
const [target = ""] = process.argv.slice(2);
const { code } = await bundleWorkflowCode({
  workflowsPath: pathOf("workflows/index"),
  payloadConverterPath: pathOf("workflows/payload-converter"),
  preloadModules: PURE.map(pathOf),
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
if (preloaded !== PURE.length) throw new Error(`the bundle evaluates ${preloaded} of ${PURE.length} pure modules ahead: webpack left out the others`);
writeFileSync(target, code);
