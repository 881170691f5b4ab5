import { parentPort, workerData } from "node:worker_threads";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import { compareHistory } from "../../registry/replay/compare.ts";
import { simulate } from "../../registry/simulate/simulate.ts";
import type { SimulationTask } from "./simulations.ts";

// The program of a thread: plays what it was given, says what came of it, and ends.

const task = workerData as SimulationTask;
try {
  const value = task.kind === "simulate" ? simulate(task.scenario) : compareHistory(task.replayed, task.history);
  parentPort?.postMessage({ value });
} catch (error) {
  const known = HeadgateError.is(error) ? error : undefined;
  parentPort?.postMessage({ error: { code: known?.code, message: messageOf(error), hint: known?.hint, where: known?.where } });
}
