import { Histogram, type Registry } from "prom-client";
import { ANSWER_BUCKETS } from "./buckets.ts";

/** A request as it was answered. */
export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of the route, `/v1/webhooks/:watcher`: a path would be a label of its own for each watcher. */
  readonly route: string;
  readonly status: number;
  /** Milliseconds. */
  readonly took: number;
}

export function createHttpMetrics(register: Registry): (request: AnsweredRequest) => void {
  const duration = new Histogram({
    ...{ registers: [register], name: "headgate_http_request_duration_seconds", help: "How long requests of the API took, by method, route and status." },
    ...{ labelNames: ["method", "route", "status"], buckets: [...ANSWER_BUCKETS] },
  });
  return ({ method, route, status, took }) => duration.observe({ method, route, status: String(status) }, took / 1_000);
}
