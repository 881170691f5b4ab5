import { createHmac, timingSafeEqual } from "node:crypto";
import { HeadgateError } from "../../core/errors.ts";

/** A request as it came: nothing of it is parsed before its signature is checked. */
export interface WebhookRequest {
  /** The bytes of the body, unchanged. */
  readonly body: Uint8Array;
  /** By name in lower case. */
  header(name: string): string | undefined;
  /** When it came, in milliseconds. */
  readonly now: number;
}

/** What a sender's scheme says of a request whose signature is right. */
export interface Verified {
  /** Id of the message: the same when the sender tries again. Absent where only the body names it. */
  readonly id?: string;
  /** What happened, in the sender's words. */
  readonly type?: string;
}

/** How a sender signs its requests. */
export interface SignatureScheme {
  /** `github`, as it stands in the source of events. */
  readonly name: string;
  /** Throws `E_WEBHOOK_SIGNATURE`. */
  verify(request: WebhookRequest, secrets: readonly string[], window: number): Verified;
  /** Fields of the JSON body that name the message, where headers do not. */
  readonly fields?: { readonly id?: string; readonly type?: string };
}

/** Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`; secrets as `whsec_<base64>`. */
export function standardWebhooks(): SignatureScheme {
  return {
    name: "standard",
    verify: (request, secrets, window) => {
      const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => needed(request, name)) as [
        string,
        string,
        string,
      ];
      checkWindow(timestamp, request.now, window);
      const given = signatures.split(" ").flatMap((one) => (one.startsWith("v1,") ? [one.slice(3)] : []));
      const right = secrets.map((secret) => hmac("base64", Buffer.from(secret.replace(/^whsec_/, ""), "base64"), `${id}.${timestamp}.`, request.body));
      checkAny(given, right);
      return { id };
    },
    fields: { type: "type" },
  };
}

/** GitHub: `X-Hub-Signature-256`. It has no time: a repeat is known by `X-GitHub-Delivery`, for ever. */
export function github(): SignatureScheme {
  return {
    name: "github",
    verify: (request, secrets) => {
      const given = needed(request, "x-hub-signature-256").replace(/^sha256=/, "");
      checkAny(
        [given],
        secrets.map((secret) => hmac("hex", secret, "", request.body)),
      );
      const type = request.header("x-github-event");
      return { id: needed(request, "x-github-delivery"), ...(type === undefined ? {} : { type }) };
    },
  };
}

/** Stripe: `Stripe-Signature`, with the time in it; the body's `id` names the event. */
export function stripe(): SignatureScheme {
  return {
    name: "stripe",
    verify: (request, secrets, window) => {
      const parts = needed(request, "stripe-signature")
        .split(",")
        .map((part) => part.trim().split("=", 2));
      const timestamp = parts.find(([name]) => name === "t")?.[1] ?? "";
      checkWindow(timestamp, request.now, window);
      const given = parts.flatMap(([name, value]) => (name === "v1" && value !== undefined ? [value] : []));
      checkAny(
        given,
        secrets.map((secret) => hmac("hex", secret, `${timestamp}.`, request.body)),
      );
      return {};
    },
    fields: { id: "id", type: "type" },
  };
}

/** Slack: `X-Slack-Signature` and `X-Slack-Request-Timestamp`; the body's `event_id` names the event. */
export function slack(): SignatureScheme {
  return {
    name: "slack",
    verify: (request, secrets, window) => {
      const timestamp = needed(request, "x-slack-request-timestamp");
      checkWindow(timestamp, request.now, window);
      const given = needed(request, "x-slack-signature").replace(/^v0=/, "");
      checkAny(
        [given],
        secrets.map((secret) => hmac("hex", secret, `v0:${timestamp}:`, request.body)),
      );
      return {};
    },
    fields: { id: "event_id", type: "type" },
  };
}

function hmac(encoding: "hex" | "base64", secret: string | Buffer, before: string, body: Uint8Array): string {
  return createHmac("sha256", secret).update(before).update(body).digest(encoding);
}

function needed(request: WebhookRequest, name: string): string {
  const value = request.header(name);
  if (value === undefined || value === "") throw refused(`the header ${name} is missing`);
  return value;
}

function checkWindow(timestamp: string, now: number, window: number): void {
  if (!/^\d{1,12}$/.test(timestamp)) throw refused("its time is no number of seconds");
  const off = Math.abs(now - Number(timestamp) * 1000);
  if (off > window) throw refused(`its time is ${Math.round(off / 1000)} s away, more than the ${Math.round(window / 1000)} s that are allowed`);
}

function checkAny(given: readonly string[], right: readonly string[]): void {
  const equal = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
  if (!given.some((one) => right.some((other) => Buffer.byteLength(one) === one.length && equal(one, other))))
    throw refused("the signature is not that of the body");
}

function refused(why: string): HeadgateError {
  return new HeadgateError("E_WEBHOOK_SIGNATURE", `the request is refused: ${why}`, {
    hint: "let the sender and the connection hold the same secret, and their clocks agree",
  });
}
