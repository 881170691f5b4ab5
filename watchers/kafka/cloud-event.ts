import type { Json } from "../../core/json.ts";

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

/** The attributes in headers `ce_...`, as the Kafka binding of CloudEvents has them in binary mode. Undefined if it is no CloudEvent. */
export function cloudEventOfHeaders(headers: Readonly<Record<string, string | readonly string[]>>): CloudEventAttributes | undefined {
  const attributes: Record<string, Json> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase().startsWith("ce_") && typeof value === "string") attributes[name.slice(3).toLowerCase()] = value;
  }
  return attributesOf(attributes);
}

/** A whole CloudEvent in the value (structured mode): its attributes, and its data as the value. */
export function cloudEventOfValue(value: Json): { readonly attributes: CloudEventAttributes; readonly data: Json } | undefined {
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
