import { HeadgateError } from "../../core/errors.ts";
import { loadPackage } from "../optional-package.ts";
import { unframeSnappy } from "./snappy-frames.ts";

/** What kafkajs asks of a compression. */
interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

type Codecs = Record<number, () => Codec>;

/** By the number that a batch of records carries; gzip (1) is kafkajs's own. */
const DECOMPRESS: Readonly<Record<number, (bytes: Buffer) => Promise<Buffer>>> = {
  2: async (bytes) => {
    const { uncompress } = await loadPackage("kafka(), for values that are compressed by Snappy,", "snappy", () => import("snappy"));
    return await unframeSnappy(bytes, async (block) => Buffer.from(await uncompress(block, { asBuffer: true })));
  },
  3: async (bytes) => {
    const { decompressFrame } = await loadPackage("kafka(), for values that are compressed by LZ4,", "lz4-napi", () => import("lz4-napi"));
    return await decompressFrame(bytes);
  },
  4: async (bytes) => {
    const { decompress } = await loadPackage("kafka(), for values that are compressed by Zstandard,", "fzstd", () => import("fzstd"));
    return Buffer.from(decompress(bytes));
  },
};

/**
 * Teaches kafkajs to read Snappy, LZ4 and Zstandard, which producers of other languages use. Only where nobody has taught it before: its table
 * is one for the whole process. Packages are loaded by the first batch that needs them.
 */
export function addCodecs(codecs: Codecs): void {
  for (const [number, decompress] of Object.entries(DECOMPRESS)) {
    const type = Number(number);
    if (isThere(codecs[type])) continue;
    codecs[type] = () => ({
      decompress,
      compress: () => Promise.reject(new HeadgateError("E_SOURCE", "Headgate reads this compression and does not write it", { where: "kafkajs" })),
    });
  }
}

/** kafkajs has a codec for each type; those that it lacks throw when they are asked for. */
function isThere(codec: (() => Codec) | undefined): boolean {
  try {
    return codec?.() !== undefined;
  } catch {
    return false;
  }
}
