import { defaultPayloadConverter, type Payload, RawValue } from "@temporalio/common";
import { expect, it } from "vitest";
import { payloadConverter } from "../../workflows/payload-converter.ts";

const text = (payload: Payload): string => Buffer.from(payload.data ?? new Uint8Array()).toString();

it.each([
  ["an object", { asset: "s3://lake/raw", list: [null, 1.5, true], left: undefined }],
  ["text of many scripts", "é 東京 🚀 \u2028"],
  ["a lone surrogate", "\ud83d"],
  ["nothing at all", undefined],
  ["null", null],
  ["bytes", new Uint8Array([1, 2, 255])],
  ["what is a payload already, as the SDK's own queries answer", new RawValue({ currentDetails: "1 of 3 tasks done" })],
])("writes and reads %s as the default converter does", (_, value) => {
  const ours = payloadConverter.toPayload(value, undefined as never);
  const theirs = defaultPayloadConverter.toPayload(value, undefined as never);
  expect(text(ours)).toBe(text(theirs));
  expect(Buffer.from(ours.metadata?.encoding ?? []).toString()).toBe(Buffer.from(theirs.metadata?.encoding ?? []).toString());
  expect(payloadConverter.fromPayload(theirs)).toEqual(defaultPayloadConverter.fromPayload(theirs));
});

it("refuses a circle as the default converter does", () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  expect(() => payloadConverter.toPayload(circle, undefined as never)).toThrow("Unable to convert");
});

it.each([
  ["no JSON", "{", "json/plain"],
  ["a mark at its start", "\ufeff{}", "json/plain"],
  ["an unknown encoding", "{}", "json/other"],
])("marks a payload with %s instead of failing", (_, data, encoding) => {
  const payload = { metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(data) };
  expect(payloadConverter.fromPayload(payload)).toMatchObject({ "headgate:undecodable": { encoding, bytes: Buffer.byteLength(data) } });
});
