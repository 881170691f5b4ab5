import { defaultPayloadConverter, type Payload, type PayloadConverter, RawValue } from "@temporalio/common";
import { messageOf } from "../core/errors.ts";
import { isTooDeep, MOST_LEVELS_AT_ALL } from "../core/json-depth.ts";

/** No JSON has it, so nobody can send one. */
const MARK = Symbol.for("headgate.undecodable");

const encoder = new TextEncoder();
// A mark at the start is no JSON, and must not be read over.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const JSON_PLAIN = encoder.encode("json/plain");

/** What stands in the place of a payload that could not be decoded. */
export interface Undecodable {
  readonly [MARK]: { readonly encoding: string; readonly reason: string; readonly bytes: number };
}

export function isUndecodable(value: unknown): value is Undecodable {
  return typeof value === "object" && value !== null && MARK in value;
}

/** Why a payload could not be decoded, as one sentence. */
export function whyUndecodable(value: Undecodable): string {
  const { encoding, reason, bytes } = value[MARK];
  return `a payload of ${bytes} bytes with encoding "${encoding}" could not be decoded: ${reason}`;
}

/**
 * The default converter made total: a payload that it cannot decode becomes a marker instead of an exception, because an
 * exception here fails the workflow task, is retried for ever, and so stops the registry for everybody. So does JSON that is nested so
 * deeply that to write it again would use up the stack; of a list, only the items that are. JSON, which is all that
 * we send, goes through the encoder and decoder of the platform: the SDK's own for workflows read byte by byte, which was a fourth of what
 * an event cost the registry.
 */
export const payloadConverter: PayloadConverter = {
  toPayload(value, context) {
    // A raw value is a payload already: the SDK's own queries answer with one.
    const text = value === undefined || value instanceof Uint8Array || value instanceof RawValue ? undefined : toJson(value);
    return text === undefined ? defaultPayloadConverter.toPayload(value, context) : { metadata: { encoding: JSON_PLAIN }, data: encoder.encode(text) };
  },
  fromPayload<T>(payload: Payload): T {
    try {
      const { data } = payload;
      const value: unknown = data && isJson(payload) ? JSON.parse(decoder.decode(data)) : defaultPayloadConverter.fromPayload(payload);
      // What has so few bytes cannot be so deep.
      return ((payload.data?.length ?? 0) <= 2 * MOST_LEVELS_AT_ALL ? value : withoutDeep(value, payload)) as T;
    } catch (error) {
      return markOf(payload, messageOf(error)) as T;
    }
  },
};

function withoutDeep(value: unknown, payload: Payload): unknown {
  const judge = (one: unknown): unknown =>
    isTooDeep(one, MOST_LEVELS_AT_ALL) ? markOf(payload, `it is nested more than ${MOST_LEVELS_AT_ALL} levels deep`) : one;
  return Array.isArray(value) && isTooDeep(value, MOST_LEVELS_AT_ALL) ? value.map(judge) : judge(value);
}

function markOf({ metadata, data }: Payload, reason: string): Undecodable {
  const encoding = metadata?.encoding;
  return {
    [MARK]: {
      encoding: encoding ? Array.from(encoding, (byte) => String.fromCharCode(byte)).join("") : "",
      reason,
      bytes: data?.length ?? 0,
    },
  };
}

/** A value whose JSON is written already, in the place of the value: who gets it reads the value. */
export function writtenJson(text: string): RawValue {
  return RawValue.fromPayload({ metadata: { encoding: JSON_PLAIN }, data: encoder.encode(text) });
}

/** Undefined for what has no JSON, which the default converter judges. */
function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function isJson({ metadata }: Payload): boolean {
  const encoding = metadata?.encoding;
  return encoding?.length === JSON_PLAIN.length && encoding.every((byte, at) => byte === JSON_PLAIN[at]);
}
