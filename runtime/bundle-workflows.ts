import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundleWorkflowCode, DefaultLogger } from "@temporalio/worker";

/**
 * What is evaluated once for each workflow thread: what the workflows import of our pure folders, and what is set for all of them. The SDK
 * evaluates every other module anew for each run, which costs more than the run does; these keep nothing of a run.
 */
const OF_RUNS = [
  "workflows/without-promise-stacks",
  "interpreter/index",
  "core/errors",
  "core/json",
  "core/limits",
  "core/names",
  "core/pool-protocol",
  "core/run-protocol",
  "core/tasks/kept-ref",
  "core/tasks/outlet-id",
  "core/tasks/task-io",
];
const PURE: Readonly<Record<string, readonly string[]>> = {
  index: [...OF_RUNS, "registry/index", "core/decision-memo", "core/registry-protocol", "core/watcher-protocol"],
  runs: OF_RUNS,
};

interface SwcRule {
  readonly use?: { readonly options?: { readonly jsc?: object } };
}

/** From sources, the SDK compiles for ES2017, where each spread of an object is a loop of `defineProperty`. The build has compiled for Node 20. */
function asWritten<R>(rule: R): R {
  const use = (rule as SwcRule | undefined)?.use;
  if (use?.options?.jsc === undefined) return rule;
  return { ...rule, use: { ...use, options: { ...use.options, jsc: { ...use.options.jsc, target: "es2022" } } } };
}

const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const pathOf = (module: string): string => fileURLToPath(new URL(`../${module}.${extension}`, import.meta.url));

/**
 * Writes a workflow bundle to the file that the first argument names: of `workflows/index.ts`, or of the file there that the second one
 * names. The converter is part of it: a worker's own does not reach a ready bundle.
 */
const [target = "", entry = "index"] = process.argv.slice(2);
const pure = PURE[entry] ?? [];
const { code } = await bundleWorkflowCode({
  workflowsPath: pathOf(`workflows/${entry}`),
  payloadConverterPath: pathOf("workflows/payload-converter"),
  preloadModules: pure.map(pathOf),
  logger: new DefaultLogger("WARN"),
  // Stack traces need positions only; without the sources' text the map is a third, in every workflow thread.
  // Our package says that its modules have no side effects; taken at that word, webpack leaves out what is loaded for its own sake.
  webpackConfigHook: (config) => ({
    ...config,
    devtool: "inline-nosources-cheap-module-source-map",
    module: { ...config.module, rules: (config.module?.rules ?? []).map(asWritten) },
    optimization: { ...config.optimization, sideEffects: false },
  }),
});
const preloaded = /preloadModules\(\) \{([^}]*)\}/.exec(code)?.[1]?.match(/__webpack_require__\(/g)?.length ?? 0;
if (preloaded !== pure.length) throw new Error(`the bundle evaluates ${preloaded} of ${pure.length} pure modules ahead: webpack left out the others`);
writeFileSync(target, code);
