import rhea, { type Message } from "rhea";
import type { Entity } from "./entity.ts";

/** An answer of the management node of an entity. */
export interface ManagementAnswer {
  readonly code: number;
  readonly description: string;
  readonly body?: unknown;
  readonly properties?: object;
}

const LOST = {
  code: 410,
  description: "The lock supplied is invalid: it ran out, or the message was removed.",
};

/** A look at messages, renewal of locks, and settling of messages whose link is gone. */
export function manage(entity: Entity | undefined, message: Message): ManagementAnswer {
  const operation: unknown = message.application_properties?.operation;
  const body = message.body as Readonly<Record<string, unknown>>;
  if (entity === undefined) return { code: 404, description: "The messaging entity could not be found.", properties: { errorCondition: "amqp:not-found" } };
  switch (operation) {
    case "com.microsoft:renew-lock": {
      const until = tokensOf(body).map((token) => entity.renew(token));
      if (until.some((one) => one === undefined)) return lost("com.microsoft:message-lock-lost");
      return { code: 200, description: "OK", body: { expirations: rhea.types.wrap_array(until, 0x83, undefined) } };
    }
    case "com.microsoft:renew-session-lock": {
      const until = entity.renewSession(String(body["session-id"]));
      if (until === undefined) return lost("com.microsoft:session-lock-lost");
      return { code: 200, description: "OK", body: { expiration: rhea.types.wrap_timestamp(until) } };
    }
    case "com.microsoft:peek-message": {
      const found = entity.peek(numberOf(body["from-sequence-number"]), numberOf(body["message-count"]));
      if (found.length === 0) return { code: 204, description: "No messages were found." };
      const encode = ({ message: one, sequence }: (typeof found)[number]): object => ({
        message: rhea.message.encode({ ...one, message_annotations: { ...one.message_annotations, "x-opt-sequence-number": rhea.types.wrap_long(sequence) } }),
      });
      return { code: 200, description: "OK", body: { messages: found.map(encode) } };
    }
    case "com.microsoft:update-disposition": {
      const held = tokensOf(body).map((token) => {
        if (body["disposition-status"] === "completed") return entity.complete(token);
        if (body["disposition-status"] === "suspended") return entity.reject(token, body["deadletter-reason"], body["deadletter-description"]);
        return entity.abandon(token);
      });
      return held.every(Boolean) ? { code: 200, description: "OK" } : lost("com.microsoft:message-lock-lost");
    }
    default:
      return { code: 501, description: `the peer has no ${String(operation)}` };
  }
}

/** A long comes as eight bytes where the client has written it so. */
function numberOf(value: unknown): number {
  return Buffer.isBuffer(value) ? Number(value.readBigInt64BE()) : Number(value);
}

function lost(errorCondition: string): ManagementAnswer {
  return { ...LOST, properties: { errorCondition } };
}

/** Lock tokens are the delivery's tag, read as a GUID: its first three parts are the other way round. */
function tokensOf(body: Readonly<Record<string, unknown>>): readonly string[] {
  return [body["lock-tokens"]].flat().map((token) => {
    const bytes = Buffer.isBuffer(token) ? Buffer.from(token) : Buffer.from(String(token).replaceAll("-", ""), "hex");
    bytes.subarray(0, 4).reverse();
    bytes.subarray(4, 6).reverse();
    bytes.subarray(6, 8).reverse();
    return bytes.toString("hex");
  });
}
