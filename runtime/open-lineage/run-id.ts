import { createHash } from "node:crypto";

/**
 * The UUID by which OpenLineage knows a run: version 7, made of the instant at which it began and its workflow id. The same run has the same one
 * wherever it is told, so what is sent twice is the same; a workflow id that is used again has another.
 */
export function lineageRunId(run: string, startedAt: number): string {
  const bytes = createHash("sha256").update(`headgate run ${run} ${startedAt}`).digest().subarray(0, 16);
  bytes.writeUIntBE(startedAt, 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
