import type * as Http2 from "node:http2";
import type * as Threads from "node:worker_threads";
import type { StallMessage, StallTarget } from "./stall-beats.ts";

/**
 * The code of the thread of `stall-beats.ts`: it heartbeats for the running tasks while the main thread does not get to it.
 * It travels as text, so it may use nothing but its arguments: a thread of Node 20 cannot load a TypeScript file without 30 MB
 * of loader, and the Temporal client costs 40 MB for one small call, which is written out by hand below.
 */
export function runStallThread(http2: typeof Http2, threads: typeof Threads): void {
  const { target, ticks, every } = threads.workerData as { readonly target: StallTarget; readonly ticks: Int32Array; readonly every: number };
  const path = "/temporal.api.workflowservice.v1.WorkflowService/RecordActivityTaskHeartbeat";
  const notFound = "5";
  /** Those that run, and perhaps some that have ended: the server knows these no more, and says so. */
  const tasks = new Map<number, StallMessage>();
  let session: Http2.ClientHttp2Session | undefined;
  let seen = 0;

  threads.parentPort?.on("message", (message: StallMessage) => {
    for (const id of message.ended) tasks.delete(id);
    tasks.set(message.id, message);
  });

  setInterval(() => {
    const tick = Atomics.load(ticks, 0);
    const stalled = tick === seen;
    seen = tick;
    if (stalled) for (const [id, { token, attempt }] of tasks) send(id, encodeBeat(token, attempt));
    else if (session !== undefined) disconnect();
  }, every);

  function send(id: number, beat: Buffer): void {
    session ??= open();
    const stream = session.request({ ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers", ...target.headers });
    // A beat that fails is followed by the next one; a task that is gone needs none.
    stream.on("error", disconnect);
    stream.on("trailers", (trailers) => {
      if (trailers["grpc-status"] === notFound) tasks.delete(id);
    });
    stream.resume();
    stream.end(beat);
  }

  function open(): Http2.ClientHttp2Session {
    const { address, tls } = target;
    const made = tls === undefined ? http2.connect(`http://${address}`) : http2.connect(`https://${address}`, toTls(tls));
    made.on("error", disconnect);
    made.on("close", () => {
      if (session === made) session = undefined;
    });
    return made;
  }

  function toTls({ ca, cert, key, servername }: NonNullable<StallTarget["tls"]>): Http2.SecureClientSessionOptions {
    return {
      ...(ca === undefined ? {} : { ca: Buffer.from(ca) }),
      ...(cert === undefined ? {} : { cert: Buffer.from(cert) }),
      ...(key === undefined ? {} : { key: Buffer.from(key) }),
      ...(servername === undefined ? {} : { servername }),
    };
  }

  function disconnect(): void {
    session?.close();
    session = undefined;
  }

  /** A gRPC frame with `RecordActivityTaskHeartbeatRequest`: 1 token, 2 details, 3 identity, 4 namespace. */
  function encodeBeat(token: Uint8Array, attempt: number): Buffer {
    const encoding = Buffer.concat([field(1, "encoding"), field(2, "json/plain")]);
    const payload = Buffer.concat([field(1, encoding), field(2, JSON.stringify({ attempt }))]);
    const message = Buffer.concat([field(1, token), field(2, field(1, payload)), field(3, target.identity), field(4, target.namespace)]);
    const head = Buffer.alloc(5);
    head.writeUInt32BE(message.length, 1);
    return Buffer.concat([head, message]);
  }

  /** A length-delimited field of Protobuf. */
  function field(number: number, value: string | Uint8Array): Buffer {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(bytes.length)]), bytes]);
  }

  function varint(value: number): number[] {
    return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
  }
}
