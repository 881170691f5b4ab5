import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimPort } from "../../../runtime/embedded/ports.ts";
import { openWorkplace, type Workplace } from "../../cli/workplace.ts";
import { type Family, parseExposition, sampleValue } from "./exposition.ts";

const PATIENCE = 240_000;

const lake = `
import { asset, dag } from "headgate";
export const raw = asset("s3://lake/raw/orders");
export const clean = dag("orders-clean", { on: raw, mode: "each" }, (d) => {
  d.task("load", { needs: { events: raw }, run: ({ events }) => { if (events[0]?.data.bad) throw new Error("no header"); } });
});
`;

describe("a worker's /metrics", { timeout: PATIENCE }, () => {
  let place: Workplace;
  let url: string;

  /** Scrapes until it shows what is waited for: the facts of a run are on their way for a moment. */
  async function scrape(isThere: (families: ReadonlyMap<string, Family>) => boolean): Promise<ReadonlyMap<string, Family>> {
    for (const end = Date.now() + PATIENCE / 2; ; ) {
      const families = parseExposition(await (await fetch(url)).text());
      if (isThere(families) || Date.now() > end) return families;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  beforeAll(async () => {
    const port = await claimPort({ port: 0, flag: "--port", purpose: "the test" });
    url = `http://127.0.0.1:${port}/metrics`;
    place = await openWorkplace({ "dags/lake.ts": lake }, { HEADGATE_METRICS_PORT: String(port) });
    await place.startWorker();
    expect(await place.call("deploy")).toMatchObject({ code: 0 });
    await place.call("publish", "s3://lake/raw/orders", "--id", "good");
    await place.call("publish", "s3://lake/raw/orders", "--id", "bad", "--data", '{"bad":true}');
  }, PATIENCE);

  afterAll(() => place?.[Symbol.asyncDispose]());

  it("shows what happened, what is, and what the Temporal SDK counts", async () => {
    const of = (status: string) => ({ dag: "orders-clean", status });
    const families = await scrape(
      (seen) => sampleValue(seen, "headgate_runs_ended_total", of("succeeded")) === 1 && sampleValue(seen, "headgate_runs_ended_total", of("failed")) === 1,
    );
    expect({
      events: sampleValue(families, "headgate_events_total", { watcher: "" }),
      consumed: sampleValue(families, "headgate_event_fates_total", { dag: "orders-clean", fate: "consumed" }),
      latencies: sampleValue(families, "headgate_decision_latency_seconds_count", { dag: "orders-clean" }),
      succeeded: sampleValue(families, "headgate_runs_ended_total", of("succeeded")),
      failed: sampleValue(families, "headgate_runs_ended_total", of("failed")),
      attempts: [sampleValue(families, "headgate_task_attempts_total", of("succeeded")), sampleValue(families, "headgate_task_attempts_total", of("failed"))],
      registry: sampleValue(families, "headgate_source_up", { source: "registry" }),
      store: sampleValue(families, "headgate_source_up", { source: "store" }),
    }).toEqual({ events: 2, consumed: 2, latencies: 2, succeeded: 1, failed: 1, attempts: [1, 1], registry: 1, store: 1 });
    expect(sampleValue(families, "headgate_registry_state_bytes")).toBeGreaterThan(100);
    expect(sampleValue(families, "headgate_registry_history_events")).toBeGreaterThan(5);
    expect([...families.keys()].filter((name) => name.startsWith("temporal_")).length).toBeGreaterThan(5);
    expect(families.has("process_cpu_seconds_total")).toBe(true);
  });
});
