import { defaultPayloadConverter, type Payload, RawValue } from "@temporalio/common";
import { expect, it } from "vitest";
import { MOST_LEVELS_AT_ALL } from "../../core/json-depth.ts";
import { isUndecodable, payloadConverter, whyUndecodable } from "../../workflows/payload-converter.ts";

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
  expect(whyOf(payloadConverter.fromPayload(payload))).toContain(`a payload of ${Buffer.byteLength(data)} bytes with encoding "${encoding}"`);
});

const nested = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;
const read = (data: string): unknown => payloadConverter.fromPayload({ metadata: { encoding: Buffer.from("json/plain") }, data: Buffer.from(data) });

it.each([5_000, 100_000])("marks what is nested %i levels deep: nobody could write it down again", (levels) => {
  expect(whyOf(read(`{"a":${nested(levels)}}`))).toContain("nested more than 500 levels deep");
});

it("marks of a list only what is nested too deeply, and reads what is just not", () => {
  const [first, second, third] = read(`[{"a":1},{"a":${nested(MOST_LEVELS_AT_ALL)}},${nested(MOST_LEVELS_AT_ALL)}]`) as unknown[];
  expect(first).toEqual({ a: 1 });
  expect(whyOf(second)).toContain("nested more than");
  expect(JSON.stringify(third)).toBe(nested(MOST_LEVELS_AT_ALL));
});

it.each(["null", "5", '{"reason":"forged"}'])("takes nobody's word for a mark: %s", (forged) => {
  expect(isUndecodable(read(`{"headgate:undecodable":${forged},"Symbol(headgate.undecodable)":${forged}}`))).toBe(false);
});

function whyOf(value: unknown): string {
  return isUndecodable(value) ? whyUndecodable(value) : "it was read";
}
