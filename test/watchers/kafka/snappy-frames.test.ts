import { describe, expect, it } from "vitest";
import { unframeSnappy } from "../../../watchers/kafka/snappy-frames.ts";

const HEADER = Buffer.from("82534e41505059000000000100000001", "hex");
const frame = (text: string): Buffer => Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)]);
/** Stands for the compression: what matters here is how blocks are cut. */
const upper = async (block: Buffer): Promise<Buffer> => Buffer.from(block.toString().toUpperCase());

describe("Snappy as Kafka's clients write it", () => {
  it("is one block, or the blocks of the Java client one after another", async () => {
    expect((await unframeSnappy(Buffer.from("ab"), upper)).toString()).toBe("AB");
    expect((await unframeSnappy(Buffer.concat([HEADER, frame("ab"), frame("cde")]), upper)).toString()).toBe("ABCDE");
    expect((await unframeSnappy(HEADER, upper)).toString()).toBe("");
  });

  it.each([
    ["a block that is cut off", Buffer.concat([HEADER, frame("abc").subarray(0, 6)])],
    ["a length below zero", Buffer.concat([HEADER, Buffer.from([0xff, 0xff, 0xff, 0xff])])],
  ])("is refused with %s", async (_, bytes) => {
    await expect(unframeSnappy(bytes, upper)).rejects.toThrow("cut off");
  });
});
