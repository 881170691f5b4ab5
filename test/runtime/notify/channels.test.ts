import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { describe, expect, it } from "vitest";
import type { AlertMessage, Problem } from "../../../core/alert.ts";
import { HeadgateError } from "../../../core/errors.ts";
import type { NotifyChannel } from "../../../core/notify.ts";
import { readConnections } from "../../../runtime/connections.ts";
import { openChannel } from "../../../runtime/notify/channels.ts";
import { alertMessage } from "../../../runtime/notify/messages.ts";
import { standardWebhooks } from "../../../watchers/webhook/signature.ts";

const NOW = Date.parse("2026-03-01T06:00:00Z");
const STALE: Problem = {
  ...{ kind: "asset-stale", subject: "s3://lake/<raw> & more", project: "sales", owner: "ana", tags: [], since: NOW, count: 1 },
  ...{ detail: "It must be within 26h.", run: null },
};
const OPENED = alertMessage(STALE, "opened", NOW, NOW);
const RESOLVED = alertMessage(STALE, "resolved", NOW, NOW + 60_000);
const SECRET = `whsec_${Buffer.from("a secret of twenty-four b").toString("base64")}`;

interface Received {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Tells a channel behind a real HTTP server that answers with `status`. */
async function post(
  channel: NotifyChannel,
  messages: readonly AlertMessage[],
  { status = 200, path = "/hook/s3cr3t", secrets = SECRET } = {},
): Promise<{ readonly received: readonly Received[]; readonly error: string | undefined }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += String(part);
    received.push({ headers: request.headers, body });
    response.writeHead(status, { location: "http://127.0.0.1:1/elsewhere" }).end("no\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const connections = readConnections({
      HEADGATE_CONN_HOOK: `http://127.0.0.1:${port}${path}`,
      HEADGATE_CONN_KEY: `secret:${encodeURIComponent(secrets)}`,
    });
    const tell = openChannel("ops", channel, connections);
    for (const message of messages) await tell(message, NOW);
    return { received, error: undefined };
  } catch (error) {
    return { received, error: `${HeadgateError.is(error) ? error.code : ""} ${String(error)}` };
  } finally {
    await new Promise<unknown>((resolve) => server.close(resolve));
  }
}

describe("a webhook", () => {
  const hook = { kind: "webhook", connection: "hook", secret: "key" } as const;
  const asRequest = ({ headers, body }: Received) => ({ body: Buffer.from(body), header: (name: string) => headers[name]?.toString(), now: NOW });

  it("gets the message as JSON, signed so that a receiver of Standard Webhooks takes it", async () => {
    const { received } = await post(hook, [OPENED]);
    expect(JSON.parse(received[0]?.body ?? "")).toEqual(OPENED);
    expect(standardWebhooks().verify(asRequest(received[0]!), [SECRET], 300_000)).toEqual({ id: OPENED.id });
  });

  it("refuses a body that somebody changed on the way", async () => {
    const { received } = await post(hook, [OPENED]);
    const changed = { ...received[0]!, body: received[0]!.body.replace("stale", "fresh") };
    expect(() => standardWebhooks().verify(asRequest(changed), [SECRET], 300_000)).toThrow("signature");
  });

  it("is signed by both secrets while one is changed", async () => {
    const old = `whsec_${Buffer.from("the one before").toString("base64")}`;
    const { received } = await post(hook, [OPENED], { secrets: `${SECRET},${old}` });
    for (const secret of [SECRET, old]) expect(standardWebhooks().verify(asRequest(received[0]!), [secret], 300_000)).toEqual({ id: OPENED.id });
  });

  it("has the same id when it is told again", async () => {
    const { received } = await post(hook, [OPENED, OPENED]);
    expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  });

  it.each([
    ["refuses", 500, "127.0.0.1:", "answered with 500"],
    ["sends elsewhere", 302, "127.0.0.1:", "did not answer"],
  ])("that %s is an error that does not show its path", async (_, status, host, what) => {
    const { error } = await post(hook, [OPENED], { status });
    expect(error).toContain("E_NOTIFY");
    expect(error).toContain(host);
    expect(error).toContain(what);
    expect(error).not.toContain("s3cr3t");
  });
});

it("Slack gets a text that means nothing else to it", async () => {
  const { received } = await post({ kind: "slack", connection: "hook" }, [OPENED, RESOLVED]);
  const texts = received.map(({ body }) => (JSON.parse(body) as { readonly text: string }).text);
  expect(texts[0]).toContain(":red_circle: *s3://lake/&lt;raw&gt; &amp; more is stale*\nIt must be within 26h.");
  expect(texts[1]).toContain("is no longer stale");
});

it("a mail arrives with a login, and the end of an alert answers its beginning", async () => {
  const mails: { readonly from: string; readonly to: readonly string[]; readonly user: string; readonly text: string }[] = [];
  const server = new SMTPServer({
    allowInsecureAuth: true,
    disabledCommands: ["STARTTLS"],
    onAuth: ({ username, password }, _, done) => (password === "p@ss" ? done(null, { user: username ?? "" }) : done(new Error("wrong password"))),
    onData: (stream, session, done) => {
      let text = "";
      stream.on("data", (part) => {
        text += String(part);
      });
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({ from: mailFrom === false ? "" : mailFrom.address, to: rcptTo.map(({ address }) => address), user: session.user ?? "", text });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.server.address() as AddressInfo;
    const channel = { kind: "smtp", connection: "mail", from: "headgate@acme.example", to: ["data@acme.example", "ops@acme.example"] } as const;
    const tell = openChannel("mail", channel, readConnections({ HEADGATE_CONN_MAIL: `smtp://ada:p%40ss@127.0.0.1:${port}` }));
    await tell(OPENED, NOW);
    await tell(RESOLVED, NOW);
    expect(mails).toMatchObject([{ from: "headgate@acme.example", to: ["data@acme.example", "ops@acme.example"], user: "ada" }, { user: "ada" }]);
    const header = (name: string, mail: number): string | undefined => new RegExp(`^${name}: (.*)\r$`, "m").exec(mails[mail]?.text ?? "")?.[1];
    expect(header("Message-ID", 0)).toMatch(/^<[0-9a-f]{32}@headgate>$/);
    expect(header("In-Reply-To", 1)).toBe(header("Message-ID", 0));
    expect(header("Subject", 0)).toBe("s3://lake/<raw> & more is stale");
    const refused = openChannel("mail", channel, readConnections({ HEADGATE_CONN_MAIL: `smtp://ada:wrong-password@127.0.0.1:${port}` }));
    await expect(refused(OPENED, NOW)).rejects.toMatchObject({ code: "E_NOTIFY" });
  } finally {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
});
