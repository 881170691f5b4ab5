import type { PoisonItem } from "../../core/source.ts";
import { readMessage } from "../cloud-event.ts";
import { type PayloadFormat, textOrBase64 } from "../payload.ts";
import type { KafkaRecord } from "./client.ts";
import type { KafkaItem } from "./kafka.ts";

export type Decoded<Value> = { readonly item: Omit<KafkaItem<Value>, "topicId"> } | { readonly poison: Omit<PoisonItem, "id"> };

/** A record as an item; what its format cannot be read as is a dead letter. */
export function decodeRecord<Value>(record: KafkaRecord, values: PayloadFormat): Decoded<Value> {
  const headers = headersOf(record);
  const read = readMessage(record.value, values, { headers, prefixes: ["ce_"], contentType: headers["content-type"] });
  if ("reason" in read) return { poison: read };
  const { value, cloudEvent } = read;
  return {
    item: {
      topic: record.topic,
      partition: record.partition,
      offset: record.offset.toString(),
      key: record.key === null ? null : textOrBase64(record.key),
      value: value as Value | null,
      headers,
      at: new Date(record.at).toISOString(),
      ...(cloudEvent === undefined ? {} : { cloudEvent }),
    },
  };
}

function headersOf(record: KafkaRecord): KafkaItem["headers"] {
  const headers = new Map<string, string | readonly string[]>();
  for (const [name, bytes] of record.headers) {
    const before = headers.get(name);
    const value = textOrBase64(bytes);
    headers.set(name, before === undefined ? value : [...(typeof before === "string" ? [before] : before), value]);
  }
  return Object.fromEntries(headers);
}
