import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";
import type { Payload, PayloadCodec } from "@temporalio/common";

/** Payloads above this many bytes are compressed. Everything that people read in Temporal's own tools is smaller. */
const LARGE = 768 * 1024;
const ENCODING = "binary/headgate-brotli";
/** A payload of a stranger that says it is ours must not fill the memory. */
const MOST = 256 * 1024 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/**
 * Lets the registry carry a large backlog over a continue-as-new: the server takes 2 MiB, and events compress to a third or
 * better. A payload that cannot be unpacked stays what it is: the payload converter of the workflows makes an undecodable one of it.
 */
export const largePayloads: PayloadCodec = {
  encode: (payloads) => Promise.all(payloads.map(pack)),
  decode: (payloads) => Promise.all(payloads.map(unpack)),
};

async function pack(payload: Payload): Promise<Payload> {
  const { data, metadata } = payload;
  if (data == null || data.length <= LARGE || metadata == null) return payload;
  const packed = await compress(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_LGWIN]: 24 } });
  return { metadata: { ...metadata, encoding: encoder.encode(ENCODING), inner: metadata.encoding ?? new Uint8Array() }, data: packed };
}

async function unpack(payload: Payload): Promise<Payload> {
  const { data, metadata } = payload;
  if (data == null || metadata?.encoding === undefined || decoder.decode(metadata.encoding) !== ENCODING) return payload;
  try {
    const { inner, ...rest } = metadata;
    return { metadata: { ...rest, encoding: inner ?? new Uint8Array() }, data: await decompress(data, { maxOutputLength: MOST }) };
  } catch {
    return payload;
  }
}
