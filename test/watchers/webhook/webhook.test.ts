import { describe, expect, it } from "vitest";
import { github, slack, standardWebhooks, stripe, webhook } from "../../../watchers/webhook/index.ts";
import { SECRETS, type Sender, sign } from "./signing.ts";

const NOW = Date.parse("2026-11-23T08:00:00Z");
const schemes = { standard: standardWebhooks(), github: github(), stripe: stripe(), slack: slack() };
const bodies: Readonly<Record<Sender, object>> = {
  standard: { type: "order.created", data: { n: 1 } },
  github: { ref: "refs/heads/main" },
  stripe: { id: "evt_1", type: "charge.succeeded" },
  slack: { type: "event_callback", event_id: "Ev1" },
};
const items: Readonly<Record<Sender, object>> = {
  standard: { id: "msg_1", type: "order.created" },
  github: { id: "msg_1", type: "push" },
  stripe: { id: "evt_1", type: "charge.succeeded" },
  slack: { id: "Ev1", type: "event_callback" },
};
const senders = Object.keys(schemes) as Sender[];

function receive(sender: Sender, body: string | Uint8Array, headers: Record<string, string>, secret = `secret:${encodeURIComponent(SECRETS[sender])}`) {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  return webhook({ signature: schemes[sender], secret: "hook" }).receive({ body: bytes, header: (name) => headers[name], now: NOW }, () => secret);
}

describe.each(senders)("what %s signs", (sender) => {
  const body = JSON.stringify(bodies[sender]);
  const signed = sign(sender, body, { at: NOW });

  it("is taken, with the id and the kind that the sender gives it", () => {
    expect(receive(sender, body, signed)).toEqual({ kind: "item", item: { ...items[sender], body: bodies[sender] } });
  });

  it("is taken while the secret is changed", () => {
    const old = encodeURIComponent(SECRETS[sender]);
    expect(receive(sender, body, signed, `secret:${sender === "standard" ? "whsec_bmV3" : "new"},${old}`)).toMatchObject({ kind: "item" });
  });

  it.each([
    ["a body with one more blank", `${body} `, signed],
    ["another secret", body, sign(sender, body, { at: NOW, secret: sender === "standard" ? "whsec_b3RoZXI=" : "other" })],
    ["no headers", body, {}],
    [
      "a signature of another length",
      body,
      Object.fromEntries(Object.entries(signed).map(([name, value]) => [name, name.includes("signature") ? value.slice(0, -2) : value])),
    ],
    [
      "a signature that is no ASCII",
      body,
      Object.fromEntries(Object.entries(signed).map(([name, value]) => [name, name.includes("signature") ? value.replace(/.$/, "ü") : value])),
    ],
  ])("is refused with %s", (_, text, headers) => {
    expect(() => receive(sender, text, headers)).toThrow(expect.objectContaining({ code: "E_WEBHOOK_SIGNATURE" }));
  });

  if (sender !== "github") {
    it.each([
      ["too old", NOW - 301_000],
      ["of the future", NOW + 301_000],
    ])("is refused when it is %s", (_, at) => {
      expect(() => receive(sender, body, sign(sender, body, { at }))).toThrow(/its time is 301 s away, more than the 300 s/);
    });
  }

  it("goes to the dead letters when its body is no JSON", () => {
    const broken = "{broken";
    expect(receive(sender, broken, sign(sender, broken, { at: NOW }))).toMatchObject({
      kind: "poison",
      poison: { reason: expect.stringContaining("no JSON"), raw: '"{broken"' },
    });
  });
});

it("checks the bytes, not a text made of them", () => {
  const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
  // The replacement character stands for the byte in the text: the signature of the text is not that of the bytes.
  expect(() => receive("github", bytes, sign("github", bytes.toString("utf8")))).toThrow("not that of the body");
});

it("answers Slack's question for the address", () => {
  const body = JSON.stringify({ type: "url_verification", challenge: "c0" });
  expect(receive("slack", body, sign("slack", body, { at: NOW }))).toEqual({ kind: "handshake", answer: { challenge: "c0" } });
});

it("reads JSON in a form, as GitHub can send it", () => {
  const body = `payload=${encodeURIComponent('{"ref":"x"}')}`;
  const headers = { ...sign("github", body), "content-type": "application/x-www-form-urlencoded" };
  expect(receive("github", body, headers)).toMatchObject({ item: { body: { ref: "x" } } });
});

// The bodies of two of the examples are no JSON: dead letters, since their signatures are right.
it.each([
  [
    "GitHub",
    github(),
    "It's a Secret to Everybody",
    "Hello, World!",
    0,
    { "x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", "x-github-delivery": "1" },
  ],
  [
    "Standard Webhooks",
    standardWebhooks(),
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    '{"test": 2432232314}',
    1614265330,
    { "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330", "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" },
  ],
  [
    "Slack",
    slack(),
    "8f742231b10e8888abcd99yyyzzz85a5",
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
    1531420618,
    { "x-slack-request-timestamp": "1531420618", "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503" },
  ],
])("agrees with the published example of %s", (_, scheme, secret, body, seconds, headers: Record<string, string>) => {
  expect(scheme.verify({ body: Buffer.from(body), header: (name) => headers[name], now: seconds * 1000 }, [secret], 300_000)).toBeDefined();
});

it("takes the id from a field of the body, or from Idempotency-Key", () => {
  const receiveUnsigned = (options: object, headers: Record<string, string>) =>
    webhook(options).receive({ body: Buffer.from('{"order":17}'), header: (name) => headers[name], now: NOW }, () => "");
  expect(receiveUnsigned({ id: "order" }, {})).toMatchObject({ item: { id: "17" } });
  expect(receiveUnsigned({}, { "idempotency-key": "k1" })).toMatchObject({ item: { id: "k1" } });
  expect(receiveUnsigned({}, {})).toMatchObject({ kind: "poison", poison: { reason: "nothing names the message: it has no Idempotency-Key" } });
});

it.each([
  ["a signature without a secret", { signature: github() }],
  ["a secret without a signature", { secret: "hook" }],
])("refuses %s", (_, options) => {
  expect(() => webhook(options)).toThrow("webhook() has");
});

it.each(["postgres://x/y", "secret:", "secret:a,"])("never shows a secret that is malformed (%s)", (uri) => {
  expect(() => receive("github", "{}", sign("github", "{}"), uri)).toThrow('the connection "hook" holds no secret of a webhook');
});
