import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { childEnvironment } from "../../runtime/config.ts";
import { s3 } from "../../runtime/connectors/index.ts";
import { s3Server } from "../../scripts/servers/s3.ts";
import { describeWithServer } from "../support/servers.ts";

await describeWithServer("the example lake, where the connection `lake` is set", s3Server, (server) => {
  it("takes sample files through the layers of the bucket to the gold table", { timeout: 180_000 }, async () => {
    const stateDir = mkdtempSync(join(tmpdir(), "headgate-bucket-"));
    try {
      const child = spawn("npm", ["start", "--silent", "--", "--once"], {
        env: childEnvironment({ ...server().env, HEADGATE_STATE_DIR: stateDir }),
        stdio: ["ignore", "pipe", "pipe"],
      });
      let said = "";
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (said += text));
      const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
      expect(said).toContain("in 8 · consumed 8 · lost 0 · doubled 0");
      expect(said).toMatch(/gold is right: 8 files in, \d+ customers/);
      expect(code, said).toBe(0);
      expect(await layersOf(server().env.HEADGATE_CONN_LAKE ?? "")).toEqual({ raw: 8, bronze: 6, silver: 3 });
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
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
