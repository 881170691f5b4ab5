import type { HistoryJson } from "./history-file.ts";

/** What must not get into a recorded history, each with what stands in its place. */
export type Replacements = readonly (readonly [secret: string, instead: string])[];

/**
 * A history without the machine that it was recorded on: identities of processes, queues that carry them, and every text that
 * is to be replaced, in payloads, too. Replaying compares none of it.
 */
export function scrub(history: HistoryJson, replacements: Replacements): HistoryJson {
  const clean = (text: string): string => replacements.reduce((kept, [secret, instead]) => kept.replaceAll(secret, instead), text);
  return walk(history) as HistoryJson;

  function walk(value: unknown): unknown {
    if (typeof value === "string") return clean(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    if (isSticky(value)) return { ...value, name: "sticky" };
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        if (key === "identity") return [key, "recorded"];
        if (key === "data" && typeof inner === "string") return [key, cleanBase64(inner)];
        return [key, walk(inner)];
      }),
    );
  }

  /** Payloads that are no text stay as they are. */
  function cleanBase64(data: string): string {
    const bytes = Buffer.from(data, "base64");
    const text = bytes.toString();
    return Buffer.from(text).equals(bytes) ? Buffer.from(clean(text)).toString("base64") : data;
  }
}

/** The name of a worker's own queue is made of its process and host. */
function isSticky(value: object): value is { readonly name: string } {
  return "kind" in value && value.kind === "TASK_QUEUE_KIND_STICKY" && "name" in value;
}
