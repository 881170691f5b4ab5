import { randomBytes } from "node:crypto";
import { defaultPayloadConverter, type Payload } from "@temporalio/common";
import { expect, it } from "vitest";
import { largePayloads } from "../../client/large-payloads.ts";

const toPayload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value, undefined);
const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString();

it("leaves what people read in Temporal's tools as it is", async () => {
  const small = [toPayload({ asset: "s3://lake/a" }), toPayload("x".repeat(500_000)), toPayload(undefined)];
  expect(await largePayloads.encode(small)).toEqual(small);
  expect(await largePayloads.decode(small)).toEqual(small);
});

it("compresses what is large, and gives it back to the byte", async () => {
  const events = Array.from({ length: 20_000 }, (_, n) => ({
    seq: n,
    asset: "s3://lake/a",
    source: "x",
    id: `event-${n}`,
    data: { key: randomBytes(6).toString("hex") },
  }));
  const original = toPayload(events);
  const [packed] = await largePayloads.encode([original]);
  expect(packed?.data?.length).toBeLessThan((original.data?.length ?? 0) / 3);
  const [unpacked] = await largePayloads.decode([packed as Payload]);
  expect(text(unpacked?.metadata?.encoding)).toBe("json/plain");
  expect(text(unpacked?.data)).toBe(text(original.data));
});

it("lets a payload of a stranger that says it is compressed be an undecodable one, and does not throw", async () => {
  const stranger: Payload = { metadata: { encoding: Buffer.from("binary/headgate-brotli") }, data: Buffer.from("no such thing") };
  expect(await largePayloads.decode([stranger])).toEqual([stranger]);
});
