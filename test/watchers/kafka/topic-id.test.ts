import { expect, it } from "vitest";
import { metadataRequest, readMetadata } from "../../../watchers/kafka/topic-id.ts";

it("writes a name that needs two bytes for its length", () => {
  const request = metadataRequest("x".repeat(200));
  // No tags, one topic, an empty id; then 201 as a varint of two bytes.
  expect(request.subarray(0, 20).toString("hex")).toBe(`0002${"00".repeat(16)}c901`);
  expect(request).toHaveLength(2 + 16 + 2 + 200 + 4);
});

it("finds no id where the broker says that the topic is not there", () => {
  const answer = Buffer.concat([
    Buffer.from("00" + "00000000" + "01" + "02" + "63" + "00000001" + "02", "hex"),
    // UNKNOWN_TOPIC_OR_PARTITION
    Buffer.from(`00030274${"00".repeat(16)}`, "hex"),
  ]);
  expect(readMetadata(answer)).toBeUndefined();
});
