import { nearest } from "./authoring/option-names.ts";
import type { Duration } from "./condition.ts";
import { HeadgateError } from "./errors.ts";
import { parseDuration } from "./time/duration.ts";

/** What people are told of. Each holds for a DAG, an asset or a watcher until it is over. */
export const PROBLEM_KINDS = ["run-failed", "asset-stale", "dag-quarantined", "dag-looping", "watcher-stopped", "dead-letters", "events-quarantined"] as const;
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

type OneOrMore<T> = T | readonly T[];

/** Where messages go. What is secret stands behind the name of a connection, `HEADGATE_CONN_<NAME>`. */
export type NotifyChannel =
  /** Posts the message as JSON; `secret` names a connection `secret:whsec_<base64>` by which it is signed as Standard Webhooks says. */
  | { readonly kind: "webhook"; readonly connection: string; readonly secret?: string }
  /** An incoming webhook of Slack. */
  | { readonly kind: "slack"; readonly connection: string }
  /** `smtp://user:password@host:587`, or `smtps:` with TLS from the start. */
  | { readonly kind: "smtp"; readonly connection: string; readonly from: string; readonly to: OneOrMore<string> };

/** Who is told of what. All that it names must fit; a rule that names a DAG is about DAGs, one that names an asset about assets. */
export interface NotifyRule {
  /** @default all kinds */
  readonly on?: OneOrMore<ProblemKind>;
  /** Names of channels. */
  readonly to: OneOrMore<string>;
  /** Globs of DAG ids. */
  readonly dag?: OneOrMore<string>;
  /** Patterns of asset URIs. */
  readonly asset?: OneOrMore<string>;
  /** Globs of watcher ids. */
  readonly watcher?: OneOrMore<string>;
  /** One of its tags. */
  readonly tag?: OneOrMore<string>;
  readonly owner?: OneOrMore<string>;
  /** `"*"` for all projects. @default the project of the config file */
  readonly project?: OneOrMore<string>;
}

export interface NotifyConfig {
  readonly channels: { readonly [name: string]: NotifyChannel };
  readonly rules: readonly NotifyRule[];
  /** Time between two looks at what is wrong. @default "10s" */
  readonly every?: Duration;
}

const CHANNEL_FIELDS = {
  webhook: { needed: ["connection"], more: ["secret"] },
  slack: { needed: ["connection"], more: [] },
  smtp: { needed: ["connection", "from", "to"], more: [] },
} as const;
const FILTERS = ["dag", "asset", "watcher", "tag", "owner", "project"] as const;

export function listOf<T>(value: OneOrMore<T> | undefined): readonly T[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value as T];
}

/** Reads `notify` of the config file. @throws E_CONFIG with the place of what is wrong */
export function readNotify(given: unknown, where: string): NotifyConfig {
  const { channels, rules, every } = fieldsOf(given, where, ["channels", "rules", "every"]);
  const known = Object.entries(fieldsOf(channels, `${where}.channels`));
  if (known.length === 0) throw refuse(`${where}.channels`, "it names no channel", 'write channels: { ops: { kind: "slack", connection: "ops-slack" } }');
  for (const [name, channel] of known) checkChannel(channel, `${where}.channels.${name}`);
  if (!Array.isArray(rules) || rules.length === 0)
    throw refuse(`${where}.rules`, "it is no list of rules, so nobody would be told", 'write rules: [{ to: "ops" }] for all problems of the project');
  const names = known.map(([name]) => name);
  for (const [index, rule] of rules.entries()) checkRule(rule, `${where}.rules[${index}]`, names);
  if (every !== undefined && parseDuration(every as string, `${where}.every`) < 1_000) throw refuse(`${where}.every`, "it is less than a second");
  return given as NotifyConfig;
}

function checkChannel(channel: unknown, where: string): void {
  const { kind } = fieldsOf(channel, where);
  if (typeof kind !== "string" || !Object.hasOwn(CHANNEL_FIELDS, kind)) throw refuse(`${where}.kind`, `it is ${JSON.stringify(kind)}`, kinds(CHANNEL_FIELDS));
  const { needed, more } = CHANNEL_FIELDS[kind as keyof typeof CHANNEL_FIELDS];
  const fields = fieldsOf(channel, where, ["kind", ...needed, ...more]);
  for (const name of needed) if (fields[name] === undefined) throw refuse(where, `it has no ${name}`);
  for (const [name, value] of Object.entries(fields)) for (const one of listOf(value as OneOrMore<unknown>)) checkText(one, `${where}.${name}`);
  // A URI here would be a secret in the code.
  if (/:\/\//.test(String(fields.connection)))
    throw refuse(`${where}.connection`, "it is a URI", "write the name of a connection, and its URI into HEADGATE_CONN_<NAME>");
}

function checkRule(rule: unknown, where: string, channels: readonly string[]): void {
  const fields = fieldsOf(rule, where, ["on", "to", ...FILTERS]);
  for (const [name, value] of Object.entries(fields)) for (const one of listOf(value as OneOrMore<unknown>)) checkText(one, `${where}.${name}`);
  if (listOf(fields.to).length === 0) throw refuse(`${where}.to`, "it names no channel", `there are ${channels.join(", ")}`);
  for (const name of listOf(fields.to as OneOrMore<string>)) checkKnown(name, channels, `${where}.to`);
  for (const kind of listOf(fields.on as OneOrMore<string>)) checkKnown(kind, PROBLEM_KINDS, `${where}.on`);
}

function checkText(value: unknown, where: string): void {
  if (typeof value !== "string" || value === "") throw refuse(where, "it is no text");
}

function checkKnown(name: string, known: readonly string[], where: string): void {
  if (known.includes(name)) return;
  const near = nearest(name, known);
  throw refuse(where, `there is no "${name}"`, near === undefined ? `there are ${known.join(", ")}` : `did you mean "${near}"?`);
}

function kinds(of: object): string {
  return `allowed are ${Object.keys(of).join(", ")}`;
}

function fieldsOf(value: unknown, where: string, allowed?: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw refuse(where, "it is no object");
  for (const name of Object.keys(value)) if (allowed !== undefined) checkKnown(name, allowed, where);
  return value as Readonly<Record<string, unknown>>;
}

function refuse(where: string, what: string, hint?: string): HeadgateError {
  return new HeadgateError("E_CONFIG", `${where} is wrong: ${what}`, { where, ...(hint === undefined ? {} : { hint }) });
}
