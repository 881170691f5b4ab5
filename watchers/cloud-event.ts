import type { Json } from "../core/json.ts";
import { type PayloadFormat, type ReadPayload, type RefusedPayload, readPayload } from "./payload.ts";

/** Attributes of a CloudEvent, with its extensions: `id`, `source`, `type`, `subject`, `time`, ... */
export interface CloudEventAttributes {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** ISO 8601, if the event has one that is. */
  readonly time?: string;
  readonly [attribute: string]: Json | undefined;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** What a message says. */
export interface MessageContent {
  readonly value: Json;
  /** If it is a CloudEvent: its attributes; the value is then its data. */
  readonly cloudEvent?: CloudEventAttributes;
}

/** Where the attributes of a CloudEvent are, if a message is one. */
export interface MessageAbout {
  readonly headers: Readonly<Record<string, unknown>>;
  /** Of the headers that are attributes, in the broker's binding. */
  readonly prefixes: readonly string[];
  readonly contentType: unknown;
}

/**
 * The value of a message, also of one that is a CloudEvent: as a whole (structured mode, by the content type), or with its attributes in
 * headers (binary mode). What cannot be read says why. Never throws.
 */
export function readMessage(bytes: Buffer | null, format: PayloadFormat, about: MessageAbout): MessageContent | RefusedPayload {
  return toMessage(bytes === null ? { value: null } : readPayload(bytes, isStructured(about) ? "json" : format), about);
}

/** Whether the value of a message is a CloudEvent as a whole, in JSON. */
export function isStructured({ contentType }: MessageAbout): boolean {
  return String(contentType ?? "").startsWith("application/cloudevents+json");
}

/** The same for a value that has been read. */
export function toMessage(read: ReadPayload, about: MessageAbout): MessageContent | RefusedPayload {
  if ("reason" in read) return read;
  const whole = isStructured(about) ? cloudEventOfValue(read.value) : undefined;
  const cloudEvent = whole?.attributes ?? cloudEventOfHeaders(about.headers, about.prefixes);
  return { value: whole === undefined ? read.value : whole.data, ...(cloudEvent === undefined ? {} : { cloudEvent }) };
}

function cloudEventOfHeaders(headers: Readonly<Record<string, unknown>>, prefixes: readonly string[]): CloudEventAttributes | undefined {
  const attributes: Record<string, Json> = {};
  for (const [name, value] of Object.entries(headers)) {
    const prefix = prefixes.find((one) => name.toLowerCase().startsWith(one));
    if (prefix !== undefined && typeof value === "string") attributes[name.slice(prefix.length).toLowerCase()] = value;
  }
  return attributesOf(attributes);
}

function cloudEventOfValue(value: Json): { readonly attributes: CloudEventAttributes; readonly data: Json } | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { data, data_base64: bytes, ...rest } = value as Record<string, Json>;
  const attributes = attributesOf(rest);
  return attributes === undefined ? undefined : { attributes, data: data ?? bytes ?? null };
}

function attributesOf(given: Record<string, Json>): CloudEventAttributes | undefined {
  const { id, source, type, time, ...rest } = given;
  if (typeof id !== "string" || typeof source !== "string" || typeof type !== "string" || given.specversion === undefined) return undefined;
  return { ...rest, id, source, type, ...(typeof time === "string" && INSTANT.test(time) && !Number.isNaN(Date.parse(time)) ? { time } : {}) };
}
