import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Recorder } from "../../activities/recorder.ts";
import type { Fact } from "../../core/fact.ts";
import { createFactMetrics } from "./fact-metrics.ts";
import { type AnsweredRequest, createHttpMetrics } from "./http-metrics.ts";
import { createStateMetrics, type StateMetricsOptions, type StateSources } from "./state-metrics.ts";
import { createTaskMetrics } from "./task-metrics.ts";

/** What a process counts, as Prometheus reads it. */
export interface Metrics {
  readonly contentType: string;
  /** The exposition text. Never throws: what does not answer is left out. */
  text(): Promise<string>;
  countFacts(registry: string, facts: readonly Fact[]): void;
  counted<R extends Recorder>(recorder: R): R;
  answered(request: AnsweredRequest): void;
  /** From now on each scrape asks them. */
  ask(sources: StateSources, options?: StateMetricsOptions): void;
  /** From now on each scrape has this text as well: of the Temporal SDK. */
  append(more: () => Promise<string>): void;
}

export interface MetricsOptions {
  readonly project: string;
  readonly environment: string;
  /** CPU, memory and event loop of this process, which are the same whoever asks. @default true */
  readonly process?: boolean;
}

/** Gauges of prom-client's with the name of counters, which promtool finds fault with; there are better ones by type. */
const MISNAMED = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

export function createMetrics({ project, environment, process = true }: MetricsOptions): Metrics {
  const register = new Registry();
  if (process) collectDefaultMetrics({ register });
  for (const name of MISNAMED) register.removeSingleMetric(name);
  new Gauge({ registers: [register], name: "headgate_info", help: "1, with what this process works for.", labelNames: ["project", "environment"] }).set(
    { project, environment },
    1,
  );
  const parts = { countFacts: createFactMetrics(register), counted: createTaskMetrics(register), answered: createHttpMetrics(register) };
  let collect: () => Promise<void> = async () => undefined;
  let more: () => Promise<string> = async () => "";
  return {
    ...parts,
    contentType: register.contentType,
    text: async () => {
      const [, appended] = await Promise.all([collect(), more().catch(() => "")]);
      return `${await register.metrics()}${appended}`;
    },
    ask: (sources, options) => {
      collect = createStateMetrics(register, sources, options);
    },
    append: (given) => {
      more = given;
    },
  };
}
