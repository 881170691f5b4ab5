import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, it } from "vitest";
import { openTableClient } from "../../../watchers/postgres/table-client.ts";

const place = { connection: "sales", source: "postgres://sales/orders" };

it.each(["while it connects", "before"])("does not wait for a server that never answers once it is stopped %s", async (when) => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.resume()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const stop = new AbortController();
    if (when === "before") stop.abort();
    const opening = openTableClient(`postgres://u:p@127.0.0.1:${(server.address() as AddressInfo).port}/d`, place, stop.signal, () => undefined);
    opening.catch(() => undefined);
    if (when !== "before") {
      await once(server, "connection");
      stop.abort();
    }
    await expect(opening).rejects.toThrow('the connection "sales" does not open: it is not wanted any more');
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});
