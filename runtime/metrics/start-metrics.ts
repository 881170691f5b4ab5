import type { Settings } from "../settings.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { serveMetrics } from "./serve-metrics.ts";
import { createTemporalMetrics } from "./temporal-metrics.ts";

export interface RunningMetrics {
  readonly metrics: Metrics;
  readonly url: string;
  /** Where the Temporal SDK of this process is to serve its own, which are part of ours. */
  readonly temporalAddress: string;
  stop(): Promise<void>;
}

/** The metrics of a worker and where they are served; undefined if the settings name no port. Throws `E_PORT_TAKEN`. */
export async function startMetrics(settings: Pick<Settings, "environment" | "metricsHost" | "metricsPort" | "project">): Promise<RunningMetrics | undefined> {
  const { environment, metricsHost, metricsPort, project } = settings;
  if (metricsPort === undefined) return undefined;
  const metrics = createMetrics({ project, environment });
  const served = await serveMetrics(metrics, { host: metricsHost, port: metricsPort });
  const temporal = await createTemporalMetrics();
  metrics.append(temporal.text);
  return { metrics, url: served.url, temporalAddress: temporal.bindAddress, stop: served.stop };
}
