import type { Json } from "../../core/json.ts";
import type { PoisonItem } from "../../core/source.ts";
import type { KafkaRecord } from "./client.ts";
import { cloudEventOfHeaders, cloudEventOfValue } from "./cloud-event.ts";
import type { KafkaItem, KafkaOptions } from "./kafka.ts";

export type Decoded<Value> = { readonly item: Omit<KafkaItem<Value>, "topicId"> } | { readonly poison: Omit<PoisonItem, "id"> };

/** Bytes of a value that a dead letter keeps, as base64 at most 64 KiB of text. */
const KEPT = 48 * 1024;

/** A record as an item; what its format cannot be read as is a dead letter. */
export function decodeRecord<Value>(record: KafkaRecord, values: NonNullable<KafkaOptions["values"]>): Decoded<Value> {
  const headers = headersOf(record);
  const structured = String(headers["content-type"] ?? "").startsWith("application/cloudevents+json");
  let value: Json = null;
  if (record.value !== null) {
    try {
      value = readValue(record.value, structured ? "json" : values);
    } catch (error) {
      return {
        poison: {
          reason: `the value is no ${values === "text" ? "UTF-8" : "JSON"}: ${error instanceof Error ? error.message : error}`,
          raw: rawOf(record.value),
        },
      };
    }
  }
  const whole = structured ? cloudEventOfValue(value) : undefined;
  const cloudEvent = whole?.attributes ?? cloudEventOfHeaders(headers);
  return {
    item: {
      topic: record.topic,
      partition: record.partition,
      offset: record.offset.toString(),
      key: record.key === null ? null : textOf(record.key),
      value: (whole === undefined ? value : whole.data) as Value | null,
      headers,
      at: new Date(record.at).toISOString(),
      ...(cloudEvent === undefined ? {} : { cloudEvent }),
    },
  };
}

function readValue(bytes: Buffer, values: NonNullable<KafkaOptions["values"]>): Json {
  if (values === "bytes") return bytes.toString("base64");
  const text = strict.decode(bytes);
  return values === "text" ? text : (JSON.parse(text) as Json);
}

const strict = new TextDecoder("utf-8", { fatal: true });

function textOf(bytes: Buffer): string {
  try {
    return strict.decode(bytes);
  } catch {
    return bytes.toString("base64");
  }
}

function rawOf(bytes: Buffer): string {
  try {
    return strict.decode(bytes.subarray(0, KEPT));
  } catch {
    return `base64:${bytes.subarray(0, KEPT).toString("base64")}`;
  }
}

function headersOf(record: KafkaRecord): KafkaItem["headers"] {
  const headers = new Map<string, string | readonly string[]>();
  for (const [name, bytes] of record.headers) {
    const before = headers.get(name);
    const value = textOf(bytes);
    headers.set(name, before === undefined ? value : [...(typeof before === "string" ? [before] : before), value]);
  }
  return Object.fromEntries(headers);
}
