import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import type { Stage } from "../stage.ts";

/** A hook that takes alerts. */
export interface Hook {
  readonly uri: string;
  readonly alerts: readonly { readonly title: string; readonly fields: Readonly<Record<string, unknown>> }[];
  close(): Promise<void>;
}

export async function startHook(): Promise<Hook> {
  const alerts: Hook["alerts"][number][] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += String(part);
    alerts.push(JSON.parse(body));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { uri, alerts, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** dags/health: stale assets are told of, and what runs find out about an asset is its history. */
export function healthScene(stage: Stage, hook: () => Hook): void {
  it("tells of the asset that nothing came for, and of no other", async () => {
    const [alert] = await stage.eventually("the readings are stale", async () => (hook().alerts.length > 0 ? hook().alerts : undefined));
    expect(alert).toMatchObject({
      title: "postgres://warehouse/health/readings is stale",
      fields: { owner: "metering", expected: expect.stringContaining("20s") },
    });
    expect(new Set(hook().alerts.map(({ fields }) => fields.asset)).size).toBe(1);
  });

  it("keeps what each run found out about a table, version by version", async () => {
    const { warehouse, headgate, store } = stage.examples();
    const measure = async (): Promise<unknown> => expect(await headgate.runs.wait(await headgate.runs.start("measure-customers"))).toBe("succeeded");
    await warehouse.query("insert into health.customers values ('c1', 'ada@example')");
    await measure();
    await warehouse.query("insert into health.customers values ('c2', null)");
    await measure();
    const uri = "postgres://warehouse/health/customers";
    const shown = await stage.eventually("both versions are in the store", async () => {
      const found = await store.showAsset(uri);
      return found?.events.length === 2 ? found : undefined;
    });
    expect(shown.events.map(({ version, data }) => [version, data])).toEqual([
      [2, { rows: 2, withoutEmail: 1, quality: 0.5 }],
      [1, { rows: 1, withoutEmail: 0, quality: 1 }],
    ]);
    expect(shown.definition?.meta).toEqual({ pii: ["email"], retentionDays: 730 });
  });
}
