import type { Duration } from "../../core/condition.ts";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import type { PoisonItem, Source } from "../../core/source.ts";
import { parseDuration } from "../../core/time/duration.ts";
import { wait } from "../backoff.ts";
import { rawText } from "../raw-text.ts";
import type { SignatureScheme, WebhookRequest } from "./signature.ts";

export interface WebhookOptions {
  /** How the sender signs: `standardWebhooks()`, `github()`, `stripe()`, `slack()`. @default a token of the API is asked for instead */
  readonly signature?: SignatureScheme;
  /** Name of the connection that holds the secret, `HEADGATE_CONN_<NAME>`: `secret:<secret>`, while it is changed `secret:<new>,<old>`. */
  readonly secret?: string;
  /** How far the sender's clock may be away, and how old a request may be. @default "5m" */
  readonly window?: Duration;
  /** Field of the JSON body that names the message, where the scheme does not. The same id again is a repeat. */
  readonly id?: string;
}

/** A message that somebody posted. */
export interface WebhookItem {
  readonly id: string;
  /** What happened, in the sender's words. */
  readonly type?: string;
  /** What the JSON says. */
  readonly body: unknown;
}

/** What became of a request: an item to publish, a dead letter, or an answer that the sender's handshake asks for. */
export type Received =
  | { readonly kind: "item"; readonly item: WebhookItem }
  | { readonly kind: "poison"; readonly poison: PoisonItem }
  | { readonly kind: "handshake"; readonly answer: Readonly<Record<string, string>> };

/** A source that is not read: `headgate api` hands it what comes to `POST /v1/webhooks/<watcher>`. */
export interface WebhookSource extends Source<WebhookItem, never> {
  readonly kind: "webhook";
  /** True if requests carry a signature; else the API asks for a token. */
  readonly signed: boolean;
  /** Checks the signature on the bytes as they came, then reads them. Throws `E_WEBHOOK_SIGNATURE`, `E_CONNECTION`. */
  receive(request: WebhookRequest, connection: (name: string) => string): Received;
}

/**
 * Takes what others post. Each message becomes an event before it is answered with 202; its id makes a repeat known, for ever.
 *
 * @example
 * watch("pushes", webhook({ signature: github(), secret: "github-hook" }), { publishes: commits });
 */
export function webhook(options: WebhookOptions = {}): WebhookSource {
  const { signature, secret, id: idField } = options;
  const window = parseDuration(options.window ?? "5m", "webhook({ window })");
  if ((signature === undefined) !== (secret === undefined)) {
    throw new HeadgateError("E_OPTION", `webhook() has ${signature === undefined ? "a secret and no signature" : "a signature and no secret"}`, {
      hint: 'write webhook({ signature: github(), secret: "github-hook" }), with HEADGATE_CONN_GITHUB_HOOK=secret:<secret>',
    });
  }
  const name = signature?.name ?? "token";

  return {
    kind: "webhook",
    signed: signature !== undefined,
    describe: (asset) => `webhook:${name}/${asset?.uri ?? ""}`,
    identify: (item) => ({ id: item.id }),
    receive: (request, connection) => {
      const verified = signature === undefined || secret === undefined ? {} : signature.verify(request, secretsOf(secret, connection(secret)), window);
      const text = Buffer.from(request.body).toString("utf8");
      const dead = (why: string): Received => ({
        kind: "poison",
        poison: { id: verified.id ?? request.header("idempotency-key") ?? `undecodable@${request.now}`, reason: why, raw: rawText(text) },
      });
      let body: unknown;
      try {
        body = JSON.parse(payloadOf(text, request.header("content-type")));
      } catch (error) {
        return dead(`the body is no JSON: ${messageOf(error)}`);
      }
      const challenge = fieldOf(body, "challenge");
      if (signature?.name === "slack" && fieldOf(body, "type") === "url_verification" && challenge !== undefined)
        return { kind: "handshake", answer: { challenge } };
      const id =
        (idField === undefined ? undefined : fieldOf(body, idField)) ??
        verified.id ??
        fieldOf(body, signature?.fields?.id) ??
        request.header("idempotency-key");
      if (id === undefined) return dead(`nothing names the message: it has no ${idField ?? signature?.fields?.id ?? "Idempotency-Key"}`);
      const type = verified.type ?? fieldOf(body, signature?.fields?.type);
      return { kind: "item", item: { id, ...(type === undefined ? {} : { type }), body } };
    },
    // Messages come to the API, also while the watcher's session runs elsewhere: here is only its sign of life.
    async *read({ every, signal }) {
      while (!signal.aborted) {
        yield { items: [] };
        await wait(Math.max(every, 1_000), signal);
      }
    },
  };
}

/** True for a source that takes what is posted. */
export function isWebhook(source: Source): source is WebhookSource {
  return source.kind === "webhook" && typeof (source as Partial<WebhookSource>).receive === "function";
}

function secretsOf(name: string, uri: string): readonly string[] {
  const secrets = uri.startsWith("secret:") ? decodeURIComponent(uri.slice("secret:".length)).split(",") : [];
  if (secrets.length > 0 && secrets.every((one) => one !== "")) return secrets;
  throw new HeadgateError("E_CONNECTION", `the connection "${name}" holds no secret of a webhook`, {
    hint: "write it as secret:<secret>, percent-encoded; while it is changed as secret:<new>,<old>",
  });
}

/** GitHub and Slack can also post JSON as a field of a form. */
function payloadOf(text: string, contentType = ""): string {
  return contentType.startsWith("application/x-www-form-urlencoded") ? (new URLSearchParams(text).get("payload") ?? text) : text;
}

function fieldOf(body: unknown, field: string | undefined): string | undefined {
  if (field === undefined || typeof body !== "object" || body === null) return undefined;
  const value = (body as Readonly<Record<string, unknown>>)[field];
  return typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;
}
