import { createServer, connect as dial, type Socket } from "node:net";

export interface SilentProxy {
  /** Where it listens, on loopback. */
  readonly port: number;
  /** From now on nothing goes over the connections that there are, and neither side hears of it. New ones work. */
  silence(): void;
  close(): Promise<void>;
}

/** Hands bytes on to a port, until it is told to keep silent on the connections that it has: what a network does that is cut. */
export async function startSilentProxy(port: number): Promise<SilentProxy> {
  const sockets: Socket[] = [];
  const silent = new Set<Socket>();
  const listener = createServer((near) => {
    const far = dial({ port, host: "127.0.0.1" });
    near.pipe(far);
    far.pipe(near);
    for (const socket of [near, far]) {
      socket.on("error", () => undefined);
      socket.on("close", () => {
        // Of a network that is cut nobody hears that the other side has gone.
        if (silent.has(socket)) return;
        near.destroy();
        far.destroy();
      });
    }
    sockets.push(near, far);
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return {
    port: (listener.address() as { readonly port: number }).port,
    silence: () => {
      for (const socket of sockets) {
        silent.add(socket);
        socket.unpipe();
        socket.resume();
      }
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
