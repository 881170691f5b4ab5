import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A supplier's API on loopback: its version and its articles, for who has the token. */
export interface Supplier {
  /** As a connection, with the token. */
  readonly uri: string;
  version: number;
  articles: readonly { readonly article: string; readonly price_cents: number }[];
  close(): Promise<void>;
}

export async function startSupplier(): Promise<Supplier> {
  const server = createServer((request, response) => {
    const answer = { "/status": { data_version: supplier.version }, "/articles": supplier.articles }[request.url ?? ""];
    const allowed = request.headers.authorization === "Bearer s3cret";
    response.writeHead(!allowed ? 401 : answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const supplier: Supplier = {
    uri: `http://bearer:s3cret@127.0.0.1:${(server.address() as AddressInfo).port}/`,
    version: 1,
    articles: [{ article: "tea", price_cents: 300 }],
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return supplier;
}
