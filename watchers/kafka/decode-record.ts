import type { PoisonItem } from "../../core/source.ts";
import { isStructured, readMessage, toMessage } from "../cloud-event.ts";
import { textOrBase64 } from "../payload.ts";
import type { KafkaRecord } from "./client.ts";
import type { KafkaItem } from "./kafka.ts";
import type { ReadValue } from "./value-format.ts";

export type Decoded<Value> = { readonly item: Omit<KafkaItem<Value>, "topicId"> } | { readonly poison: Omit<PoisonItem, "id"> };

/** A record as an item; what its format cannot be read as is a dead letter. */
export async function decodeRecord<Value>(record: KafkaRecord, readValue: ReadValue): Promise<Decoded<Value>> {
  const headers = headersOf(record);
  const about = { headers, prefixes: ["ce_"], contentType: headers["content-type"] };
  // A tombstone has no bytes; a whole CloudEvent is JSON, however the topic's values are read.
  const read = record.value === null || isStructured(about) ? readMessage(record.value, "json", about) : toMessage(await readValue(record.value), about);
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
