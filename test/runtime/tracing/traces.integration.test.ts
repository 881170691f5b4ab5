import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { InMemorySpanExporter, NodeTracerProvider, type ReadableSpan, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createPublisher } from "../../../client/publisher.ts";
import { signalSender } from "../../../client/signal-sender.ts";
import { buildCatalog } from "../../../core/authoring/catalog-build.ts";
import { asset, dag } from "../../../core/index.ts";
import { namesFor } from "../../../core/names.ts";
import { readConnections } from "../../../runtime/connections.ts";
import { deployCatalog } from "../../../runtime/deploy.ts";
import { createSpanIds } from "../../../runtime/index.ts";
import { createLogger } from "../../../runtime/logger.ts";
import { connectTemporal } from "../../../runtime/temporal-connection.ts";
import { startWorker } from "../../../runtime/worker.ts";
import { openStore } from "../../../store/index.ts";
import { createWorld } from "../../support/stack.ts";
import { terminateRunning } from "../../support/terminate-running.ts";

const raw = asset("lake://raw");
const clean = asset("lake://clean");
const FILES = [
  raw,
  clean,
  dag("cleaning", { on: raw }, (d) => {
    d.task("clean", {
      outlets: [clean],
      run: (_, { log }) => {
        log.info("cleaned");
        trace.getTracer("the handler's").startSpan("query").end();
      },
    });
  }),
  dag("mart", { on: clean }, (d) => {
    d.task("load", {
      run: () => {
        throw new Error("no table");
      },
    });
  }),
];

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ idGenerator: createSpanIds(), spanProcessors: [new SimpleSpanProcessor(exporter)] });
const lines: Record<string, unknown>[] = [];

beforeAll(() => provider.register());
afterAll(async () => {
  await provider.shutdown();
  trace.disable();
});

it("follows an event through decision, run and task to the event that the task published, and on", { timeout: 120_000 }, async () => {
  const world = await createWorld();
  const names = namesFor(world.environment);
  const logger = createLogger({ level: "info", destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) } });
  const temporal = await connectTemporal({ temporalAddress: world.temporalAddress, temporalNamespace: world.namespace }, logger);
  const store = openStore({ url: world.databaseUrl });
  await store.migrate();
  const stateDir = await mkdtemp(join(tmpdir(), "headgate-traces-"));
  const place = { environment: world.environment, project: "sales", stateDir };
  const worker = await startWorker({ ...place, temporal, store, connections: readConnections({}), logger, definitions: FILES });
  try {
    const { catalog } = buildCatalog("sales", FILES, { taskQueue: names.projectQueue("sales") });
    await deployCatalog(temporal.client, names, catalog, { previous: null });
    const publisher = createPublisher({ send: signalSender(temporal.client, names.registry) });
    const sent = await trace.getTracer("a service").startActiveSpan("import orders", { kind: SpanKind.PRODUCER }, async (span) => {
      await publisher.publish([{ asset: raw.uri, id: "1" }]);
      span.end();
      return span.spanContext();
    });
    const spans = (): Readonly<Record<string, ReadableSpan>> => Object.fromEntries(exporter.getFinishedSpans().map((span) => [span.name, span]));
    await expect.poll(() => Object.keys(spans()), { timeout: 60_000, interval: 100 }).toContain("run mart");
    await publisher.close();

    const one = (name: string): ReadableSpan => spans()[name] as ReadableSpan;
    const linksOf = (name: string): readonly (string | undefined)[] => one(name).links.map(({ context }) => context.spanId);
    const parentOf = (name: string): string | undefined => one(name).parentSpanContext?.spanId;
    const idOf = (name: string): string => one(name).spanContext().spanId;
    expect(linksOf("decide cleaning")).toEqual([sent.spanId]);
    expect(linksOf("run cleaning")).toEqual([sent.spanId]);
    expect(one("run cleaning").links[0]?.context.traceId).toBe(sent.traceId);
    expect([parentOf("decide cleaning"), parentOf("run cleaning"), parentOf("task cleaning.clean"), parentOf("query")]).toEqual([
      undefined,
      idOf("decide cleaning"),
      idOf("run cleaning"),
      idOf("task cleaning.clean"),
    ]);
    expect(linksOf("run mart")).toEqual([idOf("task cleaning.clean")]);
    expect(one("run mart").spanContext().traceId).not.toBe(one("run cleaning").spanContext().traceId);
    expect(one("run cleaning").attributes).toMatchObject({ "headgate.dag": "cleaning", "headgate.status": "succeeded" });
    expect(one("run mart").status).toMatchObject({ code: SpanStatusCode.ERROR });
    expect(one("task mart.load")).toMatchObject({ status: { code: SpanStatusCode.ERROR, message: "no table" }, events: [{ name: "exception" }] });

    const { traceId, spanId } = one("task cleaning.clean").spanContext();
    expect(lines.find(({ msg }) => msg === "cleaned")).toMatchObject({ level: "info", dag: "cleaning", task: "clean", attempt: 1, traceId, spanId });
  } finally {
    await terminateRunning(temporal.client, undefined, (workflowId) => workflowId.startsWith(world.environment));
    await worker.stop();
    await store.close();
    await temporal.close();
    await rm(stateDir, { recursive: true, force: true });
    await world[Symbol.asyncDispose]();
  }
});
