import { HeadgateError, messageOf } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { ReadContext } from "../../core/source.ts";
import { type PayloadFormat, type ReadPayload, readPayload, refusedPayload } from "../payload.ts";

/**
 * How values are read that are neither JSON nor text. Opened once for each session; what it opens reads one value. An `E_SOURCE` of it is a
 * trouble of the source, after which the value is read again; any other error makes the record a dead letter.
 */
export interface ValueFormat {
  /** What it reads, in errors: `Avro`. */
  readonly name: string;
  open(context: Pick<ReadContext<unknown>, "connection" | "signal">): Promise<(bytes: Buffer) => Promise<Json>>;
}

export type ReadValue = (bytes: Buffer) => ReadPayload | Promise<ReadPayload>;

export async function openValues(values: PayloadFormat | ValueFormat, context: Pick<ReadContext<unknown>, "connection" | "signal">): Promise<ReadValue> {
  if (typeof values === "string") return (bytes) => readPayload(bytes, values);
  const read = await values.open(context);
  return async (bytes) => {
    try {
      return { value: await read(bytes) };
    } catch (error) {
      if (HeadgateError.is(error) && error.code === "E_SOURCE") throw error;
      return refusedPayload(bytes, `the value is no ${values.name}: ${messageOf(error)}`);
    }
  };
}
