import { fileURLToPath } from "node:url";
import type { Client } from "@temporalio/client";
import { bundleWorkflowCode, DefaultLogger, Worker, type WorkflowBundleOption } from "@temporalio/worker";
import { loadWorkflowBundle } from "../runtime/workflow-bundle.ts";

/** The ids of a workflow that has ended, and of its children. */
export type Execution = readonly string[];

interface Replayed {
  readonly bundle: WorkflowBundleOption;
  readonly execution: Execution;
}

/** The code of both sides as their workers load it. */
export async function workflowBundles(): Promise<{ readonly ours: WorkflowBundleOption; readonly bare: WorkflowBundleOption }> {
  const workflowsPath = fileURLToPath(new URL("./bare/workflows.ts", import.meta.url));
  return { ours: await loadWorkflowBundle("runs"), bare: await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger("ERROR") }) };
}

/**
 * CPU milliseconds of this process to replay what a workflow and its children did, `copies` at once: what a worker spends in the code of
 * workflows and in the SDK around it, without activities, servers and store. In turns; the first of each is left out.
 */
export async function replayCpu(
  client: Client,
  sides: { readonly ours: Replayed; readonly bare: Replayed },
  copies: number,
  rounds: number,
): Promise<{ readonly ours: number; readonly bare: number }> {
  const work = { ours: await copiesOf(client, sides.ours.execution, copies), bare: await copiesOf(client, sides.bare.execution, copies) };
  const cpu = { ours: 0, bare: 0 };
  for (let round = 0; round <= rounds; round += 1) {
    for (const side of ["bare", "ours"] as const) {
      const before = process.cpuUsage();
      await replay(sides[side].bundle, work[side]);
      const { user, system } = process.cpuUsage(before);
      if (round > 0) cpu[side] += (user + system) / 1_000;
    }
  }
  return { ours: cpu.ours / rounds / copies, bare: cpu.bare / rounds / copies };
}

type Recorded = { readonly workflowId: string; readonly history: Awaited<ReturnType<ReturnType<Client["workflow"]["getHandle"]>["fetchHistory"]>> };

async function copiesOf(client: Client, execution: Execution, copies: number): Promise<readonly Recorded[]> {
  const histories = await Promise.all(
    execution.map(async (workflowId) => ({ workflowId, history: await client.workflow.getHandle(workflowId).fetchHistory() })),
  );
  return Array.from({ length: copies }, () => histories).flat();
}

async function replay(workflowBundle: WorkflowBundleOption, histories: readonly Recorded[]): Promise<void> {
  const sinks = { headgateRun: { end: { fn: async () => undefined } } };
  for await (const { error } of Worker.runReplayHistories({ workflowBundle, sinks }, histories)) if (error !== undefined) throw error;
}
