import { expect, it } from "vitest";
import { s3 } from "../../runtime/connectors/index.ts";
import { s3Server } from "../../scripts/servers/s3.ts";
import { describeWithServer } from "../support/servers.ts";
import { startOnce } from "../support/start-once.ts";

await describeWithServer("the example lake, where the connection `lake` is set", s3Server, (server) => {
  it("takes sample files through the layers of the bucket to the gold table", { timeout: 180_000 }, async () => {
    using once = startOnce(server().env);
    const code = await once.ended;
    const said = once.said();
    expect(said).toContain("in 8 · consumed 8 · lost 0 · doubled 0");
    expect(said).toMatch(/gold is right: 8 files in, \d+ customers/);
    expect(code, said).toBe(0);
    expect(await layersOf(server().env.HEADGATE_CONN_LAKE ?? "")).toEqual({ raw: 8, bronze: 6, silver: 3 });
  });
});

/** Objects in each layer: a raw object a file, of each of three days one of good customers, of refusals, and of segments. */
async function layersOf(uri: string): Promise<Readonly<Record<string, number>>> {
  const connector = s3("lake");
  const client = await connector.open(uri);
  const { Contents = [] } = await client.listObjectsV2({ Bucket: "lake" });
  await connector.close(client);
  const layers = Contents.map(({ Key }) => Key?.split("/")[0] ?? "");
  return Object.fromEntries(["raw", "bronze", "silver"].map((layer) => [layer, layers.filter((one) => one === layer).length]));
}
