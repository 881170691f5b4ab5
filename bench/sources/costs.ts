import type { BenchProcess } from "../bench-process.ts";
import type { OurSide } from "../our-side.ts";
import { usageOf } from "../process-cpu.ts";

/** CPU milliseconds that the processes of a part have used so far. */
export interface CpuTimes {
  readonly worker: number;
  readonly temporal: number;
  readonly postgres: number;
}

export function cpuOf({ stack }: OurSide, worker: BenchProcess): CpuTimes {
  const of = (pid: number | undefined): number => (pid === undefined ? 0 : usageOf(pid).cpu);
  return { worker: of(worker.pid), temporal: of(stack.temporal.pid), postgres: of(stack.postgres.pid) };
}

/** What `count` of them cost: of use where the machine is shared, as CPU time hardly depends on what else runs. */
export function costLine(before: CpuTimes, after: CpuTimes, count: number): string {
  const costs = (["worker", "temporal", "postgres"] as const).map((name) => `${name} ${(((after[name] - before[name]) / count) * 1_000).toFixed(0)}`);
  return `CPU microseconds for each: ${costs.join(", ")}`;
}
