import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundleWorkflowCode, type Logger, type WorkflowBundle } from "@temporalio/worker";

/** The file that `npm run build` writes beside the compiled workflows. */
export const BUNDLE_FILE = fileURLToPath(new URL("../workflows/bundle.cjs", import.meta.url));

/**
 * The code that runs inside Temporal's workflow sandbox: ours alone, never a user's file. Comes from the build, or is bundled
 * from the sources (1 to 2 s). The converter is part of it: `dataConverter` of the worker does not reach a ready bundle.
 */
export async function loadWorkflowBundle(logger: Logger): Promise<WorkflowBundle | { readonly codePath: string }> {
  return existsSync(BUNDLE_FILE) ? { codePath: BUNDLE_FILE } : await bundleFromSources(logger);
}

export async function bundleFromSources(logger: Logger): Promise<WorkflowBundle> {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL(`../workflows/index.${extension}`, import.meta.url)),
    payloadConverterPath: fileURLToPath(new URL(`../workflows/payload-converter.${extension}`, import.meta.url)),
    logger,
  });
}
