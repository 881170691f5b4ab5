import { createServer } from "node:http";
import { type AddressInfo, isIP } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { HeadgateError } from "../core/errors.ts";
import { portTaken } from "../runtime/embedded/ports.ts";

export interface ServeOptions {
  readonly app: { readonly fetch: (request: Request) => Response | Promise<Response> };
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Of the command line: what sets the port. @default "--port" */
  readonly portFlag?: string;
  /** True if somebody could prove who they are: by a token, by a password, at a provider. */
  readonly guarded: boolean;
}

export interface RunningApi {
  /** `http://127.0.0.1:7280` */
  readonly url: string;
  /** Takes no more requests and waits for those under way. */
  stop(): Promise<void>;
}

/** How long a request may take to arrive, in milliseconds: a body of 1 MiB from far away, and not for ever. */
const REQUEST_TIMEOUT = 30_000;

/** Lets the app listen. Throws `E_CONFIG` for an address beyond loopback without access control, `E_PORT_TAKEN`. */
export async function serveApi({ app, host, port, portFlag = "--port", guarded }: ServeOptions): Promise<RunningApi> {
  if (!guarded && !isLoopback(host)) {
    throw new HeadgateError("E_CONFIG", `the API does not listen on ${host} without access control: everybody could do everything`, {
      where: "--host",
      hint: "make a token with `headgate tokens create`, add somebody with `headgate people put`, or listen on 127.0.0.1",
    });
  }
  const listener = getRequestListener(app.fetch);
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT, headersTimeout: REQUEST_TIMEOUT }, (request, response) => void listener(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE" || error.code === "EACCES";
      reject(taken ? portTaken({ port, flag: portFlag, purpose: "the API" }, error) : error);
    });
    server.listen({ host, port }, resolve);
  });
  const { address, port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${isIP(address) === 6 ? `[${address}]` : address}:${actual}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
