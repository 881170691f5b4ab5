import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { asset, freshness } from "headgate";
import { event, testDag } from "headgate/testing";
import { SMTPServer } from "smtp-server";
import { describe, expect, it } from "vitest";
import { alertWhenStale } from "../../dags/health/alert-when-stale.ts";
import { type Alert, alerts } from "../../dags/health/alerts.ts";

const ALERT: Alert = { title: "rates are stale", text: "nothing came for 4d", fields: { asset: "https://bank.example/rates" } };
const never = new AbortController().signal;

describe("where an alert goes is said by the URI of its connection", () => {
  it("to a webhook as JSON, and a refusal is an error that does not show the hook's path", async () => {
    const got: unknown[] = [];
    let status = 200;
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const part of request) body += String(part);
      got.push(JSON.parse(body));
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const notify = await alerts().open(`http://${host}/hooks/s3cret`);
      await notify(ALERT, never);
      expect(got).toEqual([ALERT]);
      status = 500;
      await expect(notify(ALERT, never)).rejects.toThrow(`${host} answered an alert with 500`);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("to people by mail", async () => {
    const mails: { readonly from: string; readonly to: readonly string[]; readonly text: string }[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      onData: async (stream, { envelope }, done) => {
        let text = "";
        for await (const part of stream) text += String(part);
        mails.push({ from: envelope.mailFrom === false ? "" : envelope.mailFrom.address, to: envelope.rcptTo.map(({ address }) => address), text });
        done();
      },
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    try {
      const { port } = server.server.address() as AddressInfo;
      const notify = await alerts().open(`smtp://127.0.0.1:${port}/?from=headgate@acme.example&to=data@acme.example`);
      await notify(ALERT, never);
    } finally {
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
    expect(mails).toMatchObject([{ from: "headgate@acme.example", to: ["data@acme.example"] }]);
    expect(mails[0]?.text).toMatch(/Subject: rates are stale[\s\S]*nothing came for 4d/);
  });
});

describe("a DAG that watches the freshness of an asset", () => {
  const rates = asset("https://bank.example/rates", { owner: "treasury", freshness: { within: "4d" } });

  it("is due when it became stale, and names asset and owner", async () => {
    const watching = alertWhenStale(rates);
    const uri = "headgate://freshness/https/bank.example/rates";
    expect(watching.plan.plan.on).toEqual({ asset: uri, where: { state: "stale" } });
    const told: Alert[] = [];
    const data = { asset: rates.uri, state: "stale", was: "fresh", since: "2026-03-05T06:00:00.000Z", updatedAt: null, expected: "within 4d" } as const;
    const connections = { alerts: async (alert: Alert) => void told.push(alert) };
    const run = await testDag(watching).run({ connections, events: [event(freshness(rates), data)] });
    expect(run.status).toBe("succeeded");
    expect(told).toMatchObject([{ title: `${rates.uri} is stale`, fields: { asset: rates.uri, owner: "treasury", expected: "within 4d" } }]);
    expect(told[0]?.text).toContain("stale since 2026-03-05T06:00:00.000Z, must be within 4d, last update never");
  });

  it("is refused for an asset that does not say how fresh it must be", () => {
    expect(() => alertWhenStale(asset("lake://orders"))).toThrow("lake://orders has no freshness");
  });
});
