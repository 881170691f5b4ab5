import { defaultPayloadConverter, type Payload, type PayloadConverter } from "@temporalio/common";
import { messageOf } from "../core/errors.ts";

const MARK = "headgate:undecodable";

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
 * exception here fails the workflow task, is retried for ever, and so stops the registry for everybody.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value, context) => defaultPayloadConverter.toPayload(value, context),
  fromPayload<T>(payload: Payload): T {
    try {
      return defaultPayloadConverter.fromPayload(payload);
    } catch (error) {
      const encoding = payload.metadata?.encoding;
      const mark: Undecodable = {
        [MARK]: {
          encoding: encoding ? Array.from(encoding, (byte) => String.fromCharCode(byte)).join("") : "",
          reason: messageOf(error),
          bytes: payload.data?.length ?? 0,
        },
      };
      return mark as T;
    }
  },
};
