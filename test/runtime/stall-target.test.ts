import { describe, expect, it } from "vitest";
import { toStallTarget } from "../../runtime/stall-target.ts";

const where = { address: "host:7233", namespace: "lake", identity: "me" };
const target = (options: Parameters<typeof toStallTarget>[0]): ReturnType<typeof toStallTarget> =>
  toStallTarget(options, where.address, where.namespace, where.identity);

describe("the way of a blocked worker's heartbeats", () => {
  it("is plain where the worker's own is plain", () => {
    expect(target({})).toEqual({ ...where, headers: {} });
  });

  it("has the key of the worker, over TLS also if nobody asked for it", () => {
    expect(target({ apiKey: "k", metadata: { team: "lake" } })).toEqual({
      ...where,
      tls: {},
      headers: { team: "lake", authorization: "Bearer k", "temporal-namespace": "lake" },
    });
  });

  it("has the certificates of the worker", () => {
    const [ca, crt, key] = [new Uint8Array([1]), new Uint8Array([2]), new Uint8Array([3])];
    const tls = { serverNameOverride: "server", serverRootCACertificate: ca, clientCertPair: { crt, key } };
    expect(target({ tls }).tls).toEqual({ servername: "server", ca, cert: crt, key });
  });
});
