import { createHmac } from "node:crypto";

// Signs as the senders do, by their documentation.
const hex = (secret: string, text: string): string => createHmac("sha256", secret).update(text).digest("hex");

export const SECRETS = {
  standard: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  github: "It's a Secret to Everybody",
  stripe: "whsec_stripe",
  slack: "8f742231b10e8888abcd99yyyzzz85a5",
};

export type Sender = keyof typeof SECRETS;

export function sign(
  sender: Sender,
  body: string,
  { id = "msg_1", at = Date.now(), secret = SECRETS[sender] }: { id?: string; at?: number; secret?: string } = {},
): Record<string, string> {
  const seconds = String(Math.floor(at / 1000));
  switch (sender) {
    case "standard": {
      const key = Buffer.from(secret.replace("whsec_", ""), "base64");
      const signature = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
      return { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": `v1,${signature}` };
    }
    case "github":
      return { "x-hub-signature-256": `sha256=${hex(secret, body)}`, "x-github-delivery": id, "x-github-event": "push" };
    case "stripe":
      return { "stripe-signature": `t=${seconds},v0=older,v1=${hex(secret, `${seconds}.${body}`)}` };
    case "slack":
      return { "x-slack-signature": `v0=${hex(secret, `v0:${seconds}:${body}`)}`, "x-slack-request-timestamp": seconds };
  }
}
