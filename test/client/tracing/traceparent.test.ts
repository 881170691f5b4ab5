import { describe, expect, it } from "vitest";
import { runTrace } from "../../../client/tracing/run-trace.ts";
import { createSpanIds, withSpanIds } from "../../../client/tracing/span-ids.ts";
import { activeTraceparent, fromTraceparent, isTracing, requestTraceparent, stamped, toTraceparent } from "../../../client/tracing/traceparent.ts";
import { step } from "../../../registry/index.ts";
import { catalogOf, deployed, NOW } from "../../registry/machine.ts";

const TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const OTHER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

describe("a traceparent", () => {
  it.each([TRACE, OTHER])("is read and written: %s", (text) => {
    const span = fromTraceparent(text);
    expect(span).toMatchObject({ isRemote: true });
    expect(span && toTraceparent(span)).toBe(text);
  });

  it.each([
    "",
    "00-1-2-01",
    TRACE.toUpperCase(),
    TRACE.replace(/^00/, "ff"),
    TRACE.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0".repeat(32)),
    `${TRACE}-x`,
    7,
    null,
  ])("is none: %s", (text) => {
    expect(fromTraceparent(text)).toBeUndefined();
  });

  it("is put on events that do not say where they come from", () => {
    expect(stamped([{ asset: "lake://a" }, { asset: "lake://b", traceparent: OTHER }], TRACE).map((event) => event.traceparent)).toEqual([TRACE, OTHER]);
  });

  it("of a request goes through a process that records nothing", () => {
    expect([isTracing(), activeTraceparent(), requestTraceparent(TRACE), requestTraceparent("none")]).toEqual([false, undefined, TRACE, undefined]);
  });
});

describe("the trace of a run", () => {
  it("follows from which run it is", () => {
    expect(runTrace("orders-clean/1-7", "t1")).toEqual(runTrace("orders-clean/1-7", "t1"));
    expect(runTrace("orders-clean/1-7", "t1").traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(runTrace("orders-clean/1-7", "t2").traceId).not.toBe(runTrace("orders-clean/1-7", "t1").traceId);
  });

  it("has the ids that are wanted only while they are", () => {
    const ids = createSpanIds();
    const wanted = { traceId: "1".repeat(32), spanId: "2".repeat(16) };
    expect(withSpanIds(wanted, () => [ids.generateTraceId(), ids.generateSpanId()])).toEqual([wanted.traceId, wanted.spanId]);
    expect(ids.generateSpanId()).toMatch(/^[0-9a-f]{16}$/);
    expect(ids.generateSpanId()).not.toBe(wanted.spanId);
  });
});

describe("the registry", () => {
  const registry = deployed(catalogOf({ d: { on: { asset: "s3://lake/a" } } }));
  const publish = (id: string, traceparent: unknown) => step(registry, [{ kind: "publish", events: [{ asset: "s3://lake/a", id, traceparent }] }], NOW);

  it("hands the span of an event on to the run that consumes it", () => {
    expect(publish("1", TRACE).starts[0]?.input.events?.[0]?.traceparent).toBe(TRACE);
  });

  it("leaves out what is none, and takes the event", () => {
    const [fact] = publish("2", "who knows").facts;
    expect(fact).toMatchObject({ kind: "event", event: { id: "2" } });
    expect(fact).not.toHaveProperty("event.traceparent");
  });

  it("takes the same event from another span for the same", () => {
    expect(publish("1", OTHER).facts).toMatchObject([{ kind: "duplicate", differed: false }]);
  });
});
