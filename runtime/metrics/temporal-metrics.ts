import { claimPort } from "../embedded/ports.ts";

/** What the Temporal SDK counts by itself: polls, slots, latencies of its requests. */
export interface TemporalMetrics {
  /** Where the SDK is to serve them. */
  readonly bindAddress: string;
  text(): Promise<string>;
}

/** A scrape must not wait for it. */
const PATIENCE = 1_000;

/** The SDK serves its metrics on a port of its own and no other way; this asks there, so that a process has one place to scrape. */
export async function createTemporalMetrics(): Promise<TemporalMetrics> {
  const port = await claimPort({ port: 0, flag: "--metrics-port", purpose: "the metrics of the Temporal SDK" });
  const bindAddress = `127.0.0.1:${port}`;
  return {
    bindAddress,
    async text() {
      const response = await fetch(`http://${bindAddress}/metrics`, { signal: AbortSignal.timeout(PATIENCE) });
      return response.ok ? await response.text() : "";
    },
  };
}
