import { createHash, createHmac } from "node:crypto";
import type { AlertMessage } from "../../core/alert.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { NotifyChannel } from "../../core/notify.ts";
import type { Connections } from "../connections.ts";

/** Tells one channel. It may be told the same message again, and knows it by its id. Throws `E_NOTIFY`, `E_CONNECTION`. */
export type Tell = (message: AlertMessage, now: number) => Promise<void>;

/** Longest wait for the answer of a channel. */
const PATIENCE = 15_000;

export function openChannel(name: string, channel: NotifyChannel, connections: Pick<Connections, "uri">): Tell {
  switch (channel.kind) {
    case "webhook":
      return async (message, now) => {
        const body = JSON.stringify(message);
        await post(name, connections.uri(channel.connection), body, {
          "webhook-id": message.id,
          "webhook-timestamp": `${Math.floor(now / 1_000)}`,
          ...(channel.secret === undefined ? {} : { "webhook-signature": signatureOf(secretOf(channel.secret, connections), message.id, now, body) }),
        });
      };
    case "slack":
      return async ({ what, title, text }) => {
        const sign = what === "opened" ? ":red_circle:" : what === "resolved" ? ":large_green_circle:" : ":wave:";
        await post(name, connections.uri(channel.connection), JSON.stringify({ text: `${sign} *${forSlack(title)}*\n${forSlack(text)}` }));
      };
    case "smtp":
      return (message) => mail(name, channel, connections.uri(channel.connection), message);
  }
}

async function post(name: string, uri: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  let response: Response;
  try {
    response = await fetch(uri, {
      ...{ method: "POST", body, redirect: "error", signal: AbortSignal.timeout(PATIENCE) },
      headers: { "content-type": "application/json", "user-agent": "headgate", ...headers },
    });
  } catch (cause) {
    throw failed(name, `${new URL(uri).host} did not answer`, cause);
  }
  await response.body?.cancel();
  // The path of a hook is its secret: only the host is named.
  if (!response.ok) throw failed(name, `${new URL(uri).host} answered with ${response.status}`);
}

/** Standard Webhooks: over id, time and body, so that a repeat is signed anew and is known all the same. */
function signatureOf(secrets: readonly string[], id: string, now: number, body: string): string {
  const signed = `${id}.${Math.floor(now / 1_000)}.${body}`;
  return secrets
    .map(
      (secret) =>
        `v1,${createHmac("sha256", Buffer.from(secret.replace(/^whsec_/, ""), "base64"))
          .update(signed)
          .digest("base64")}`,
    )
    .join(" ");
}

/** While a secret is changed, `secret:<new>,<old>`, it is signed by both. */
function secretOf(name: string, connections: Pick<Connections, "uri">): readonly string[] {
  const uri = connections.uri(name);
  const secrets = uri.startsWith("secret:") ? decodeURIComponent(uri.slice("secret:".length)).split(",") : [];
  if (secrets.length > 0 && secrets.every((one) => one !== "")) return secrets;
  throw new HeadgateError("E_CONNECTION", `the connection "${name}" holds no secret of a webhook`, {
    hint: "write it as secret:whsec_<base64>, percent-encoded",
  });
}

function forSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The end of an alert answers the mail that opened it, so that a reader shows them together. */
async function mail(name: string, channel: Extract<NotifyChannel, { kind: "smtp" }>, uri: string, message: AlertMessage): Promise<void> {
  const { createTransport } = await import("nodemailer");
  const { hostname: host, port, username, password, protocol } = new URL(uri);
  const secure = protocol === "smtps:";
  const transport = createTransport({
    ...{ host, port: Number(port) || (secure ? 465 : 587), secure, connectionTimeout: PATIENCE, greetingTimeout: PATIENCE, socketTimeout: PATIENCE },
    ...(username === "" ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  });
  const opening = messageId(`${message.alert}/opened`);
  try {
    await transport.sendMail({
      ...{ from: channel.from, to: [channel.to].flat() as string[], subject: message.title, text: message.text },
      messageId: messageId(message.id),
      ...(message.what === "resolved" ? { inReplyTo: opening, references: [opening] } : {}),
      headers: { "Auto-Submitted": "auto-generated", "X-Headgate-Id": message.id },
    });
  } catch (cause) {
    throw failed(name, `${host} did not take the mail`, cause);
  } finally {
    transport.close();
  }
}

function messageId(id: string): string {
  return `<${createHash("sha256").update(id).digest("hex").slice(0, 32)}@headgate>`;
}

function failed(name: string, what: string, cause?: unknown): HeadgateError {
  return new HeadgateError("E_NOTIFY", `the channel ${name} could not be told: ${what}`, {
    where: `notify.channels.${name}`,
    hint: `it is tried again for a day; \`headgate notify test ${name}\` tries it now`,
    ...(cause === undefined ? {} : { cause }),
  });
}
