import { createServer } from "node:http";
import { type AddressInfo, isIP } from "node:net";
import { portTaken } from "../embedded/ports.ts";
import type { Metrics } from "./metrics.ts";

export interface ServedMetrics {
  /** `http://127.0.0.1:9464/metrics` */
  readonly url: string;
  stop(): Promise<void>;
}

/** Answers `GET /metrics`, and nothing else. Without access control: so it listens on loopback unless told otherwise. Throws `E_PORT_TAKEN`. */
export async function serveMetrics(metrics: Metrics, { host = "127.0.0.1", port }: { readonly host?: string; readonly port: number }): Promise<ServedMetrics> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://metrics");
    if (pathname !== "/metrics" || (request.method !== "GET" && request.method !== "HEAD")) {
      response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("GET /metrics\n");
      return;
    }
    void metrics.text().then(
      (text) => response.writeHead(200, { "content-type": metrics.contentType }).end(request.method === "HEAD" ? undefined : text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE" || error.code === "EACCES";
      reject(taken ? portTaken({ port, flag: "--metrics-port", purpose: "/metrics" }, error) : error);
    });
    server.listen({ host, port }, resolve);
  });
  // A worker that drains must not wait for a scraper.
  server.unref();
  const { address, port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${isIP(address) === 6 ? `[${address}]` : address}:${actual}/metrics`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
