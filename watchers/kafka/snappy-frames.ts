/** Begins what the Java client writes: blocks, each after its length, of the format that snappy-java made up. */
const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
/** The magic and two numbers of versions. */
const HEADER = MAGIC.length + 8;

/**
 * Snappy as Kafka's clients write it: the Java client in the frames of snappy-java (`SnappyOutputStream`), others as one block.
 * Throws `RangeError` for frames that are cut off.
 */
export async function unframeSnappy(bytes: Buffer, uncompress: (block: Buffer) => Promise<Buffer>): Promise<Buffer> {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return await uncompress(bytes);
  const blocks: Buffer[] = [];
  for (let at = HEADER; at < bytes.length; ) {
    const length = bytes.readInt32BE(at);
    const end = at + 4 + length;
    if (length < 0 || end > bytes.length) throw new RangeError("the Snappy frames are cut off");
    blocks.push(await uncompress(bytes.subarray(at + 4, end)));
    at = end;
  }
  return Buffer.concat(blocks);
}
