import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";

/** A history as JSON: see history-json.ts. */
export interface HistoryJson {
  readonly events: readonly HistoryEventJson[];
}

export interface HistoryEventJson {
  readonly eventId: string;
  readonly eventType: string;
  readonly [attributes: string]: unknown;
}

/** One recorded history; workflows read their own id, so it belongs to it. */
export interface RecordedHistory {
  readonly name: string;
  readonly workflowId: string;
  readonly history: HistoryJson;
}

const SUFFIX = ".json.gz";
const folder = fileURLToPath(new URL("./recorded/", import.meta.url));

/** Every recorded history, by name. */
export function readHistories(): readonly RecordedHistory[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(SUFFIX))
    .sort()
    .map((file) => {
      const { workflowId, events } = JSON.parse(gunzipSync(readFileSync(folder + file)).toString()) as HistoryJson & { readonly workflowId: string };
      return { name: file.slice(0, -SUFFIX.length), workflowId, history: { events } };
    });
}

/** Returns how many bytes it has. */
export function writeHistory({ name, workflowId, history }: RecordedHistory): number {
  const content = gzipSync(JSON.stringify({ workflowId, ...history }), { level: 9 });
  writeFileSync(`${folder}${name}${SUFFIX}`, content);
  return content.length;
}

/** Attributes of an event, whatever its type. */
export function attributesOf(event: HistoryEventJson): Readonly<Record<string, unknown>> {
  const key = Object.keys(event).find((name) => name.endsWith("EventAttributes"));
  return (key === undefined ? {} : event[key]) as Readonly<Record<string, unknown>>;
}

/** Where `temporal workflow show` would say so: `orders-clean`, `assetRegistry`. */
export function workflowTypeOf({ events }: HistoryJson): string {
  const started = events[0] === undefined ? {} : attributesOf(events[0]);
  return (started.workflowType as { readonly name: string }).name;
}

/** The text of everything that a history carries, with its payloads decoded. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(textOf).join("\n");
  if (typeof value !== "object" || value === null) return "";
  return Object.entries(value)
    .map(([key, inner]) => (key === "data" && typeof inner === "string" ? Buffer.from(inner, "base64").toString() : textOf(inner)))
    .join("\n");
}
