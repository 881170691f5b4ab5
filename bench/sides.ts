import { fileURLToPath } from "node:url";
import { type BenchProcess, startBenchProcess } from "./bench-process.ts";
import { type OurSide, startOurSide } from "./our-side.ts";
import { usageOf } from "./process-cpu.ts";

export const BARE_QUEUE = "bare";
export const BARE_REGISTRY = "bare-registry";

/** Both sides, running on the same servers: Headgate with its store, and the bare SDK. */
export interface Sides extends Pick<OurSide, "client" | "names" | "registry" | "store" | "stop"> {
  readonly ours: BenchProcess;
  readonly bare: BenchProcess;
  /** CPU milliseconds used so far by each part. */
  cpu(): Cpu;
}

export interface Cpu {
  readonly server: number;
  readonly postgres: number;
  readonly ours: number;
  readonly bare: number;
}

export async function startSides(progress: (line: string) => void): Promise<Sides> {
  const side = await startOurSide(progress);
  const { stack, client } = side;
  progress("starting a worker of each side");
  const ours = await side.startWorker("bench/dags/*.ts");
  const bare = await startBenchProcess("./bare/worker.ts", [stack.temporalAddress, BARE_QUEUE]);
  await side.deploy([fileURLToPath(new URL("./dags/bench.ts", import.meta.url))]);
  await client.workflow.start("bareRegistry", { workflowId: BARE_REGISTRY, taskQueue: BARE_QUEUE });
  return {
    ...side,
    ours,
    bare,
    cpu: () => ({
      server: usageOf(stack.temporal.pid as number).cpu,
      postgres: usageOf(stack.postgres.pid as number).cpu,
      ours: usageOf(ours.pid).cpu,
      bare: usageOf(bare.pid).cpu,
    }),
    async stop() {
      await bare.stop();
      await side.stop();
    },
  };
}
