import { RefusedRequest } from "./respond.ts";

/** Most bytes of a request's body. */
export const BODY_BYTES = 1024 * 1024;

/** The bytes of a body as they came. What is too large is given up as soon as that is known. Throws `E_API_REQUEST`. */
export async function readBody(request: Request): Promise<Uint8Array> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > BODY_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (request.body !== null) {
    const reader = request.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const chunk = part.value as Uint8Array;
      bytes += chunk.byteLength;
      if (bytes > BODY_BYTES) {
        await reader.cancel();
        throw tooLarge();
      }
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks);
}

function tooLarge(): RefusedRequest {
  return new RefusedRequest(413, "E_API_REQUEST", `the body is larger than ${BODY_BYTES} bytes`, "send it in parts, or publish where the data is");
}
