export type { SignatureScheme, Verified, WebhookRequest } from "./signature.ts";
export { github, slack, standardWebhooks, stripe } from "./signature.ts";
export type { Received, WebhookItem, WebhookOptions, WebhookSource } from "./webhook.ts";
export { webhook } from "./webhook.ts";
