import { asset } from "../../../core/authoring/asset.ts";
import { daily } from "../../../core/authoring/partitions.ts";
import { watch } from "../../../core/authoring/watch.ts";
import { http } from "../../../watchers/http/index.ts";
import { type SourceWorld, sourceContract } from "../source-contract.ts";
import { createApiServer, json } from "./api-server.ts";

const orders = asset("https://shop.example/orders", { partitions: daily() });

sourceContract("the HTTP source on a list", async (): Promise<SourceWorld> => {
  const list: object[] = [];
  const server = await createApiServer((request, response) => {
    const etag = `"${list.length}"`;
    if (request.headers["if-none-match"] === etag) response.writeHead(304).end();
    else json(response, { data: { orders: list } }, { etag });
  });
  const source = http({ url: `${server.url}/orders`, items: "data.orders", allowPrivate: true });
  return {
    watcher: (startAt) =>
      watch("orders", source, {
        publishes: orders,
        every: "20ms",
        startAt,
        map: ({ body }) => ({ data: body as Record<string, string>, partition: (body as { day: string }).day }),
      }),
    put: async (name) => void list.push({ id: name, day: "2026-11-23" }),
    putPoison: async (name) => void list.push({ id: name, day: "someday" }),
    nameOf: (event) => String(event.data?.id),
    dispose: server.dispose,
  };
});
