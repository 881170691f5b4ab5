import { Counter, Histogram, type Registry } from "prom-client";
import type { Recorder } from "../../activities/recorder.ts";
import { WORK_BUCKETS } from "./buckets.ts";

/** A recorder that counts what it hands on: attempts of tasks and how long they took. */
export function createTaskMetrics(register: Registry): <R extends Recorder>(recorder: R) => R {
  const registers = [register];
  const attempts = new Counter({
    ...{ registers, name: "headgate_task_attempts_total", help: "Attempts of tasks that ended on this worker, by DAG and status." },
    labelNames: ["dag", "status"],
  });
  const duration = new Histogram({
    ...{ registers, name: "headgate_task_duration_seconds", help: "How long attempts of tasks took on this worker, items of maps and waits among them." },
    ...{ labelNames: ["dag"], buckets: [...WORK_BUCKETS] },
  });
  return function counted(recorder) {
    return {
      ...recorder,
      attempt(record) {
        if (record.endedAt !== undefined) {
          attempts.inc({ dag: record.dag, status: record.status });
          duration.observe({ dag: record.dag }, Math.max(0, record.endedAt - record.startedAt) / 1_000);
        }
        recorder.attempt(record);
      },
    };
  };
}
