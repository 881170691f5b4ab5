import { messageOf } from "../../core/errors.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { rawText } from "../raw-text.ts";
import type { AirflowClient } from "./client.ts";
import type { Feed, FeedEntry } from "./feed.ts";
import { fromMicros, toMicros } from "./micros.ts";

/** An update of an asset, as Airflow keeps it. Instants are ISO 8601 in UTC, to the microsecond. */
export interface AirflowAssetEvent {
  /** As Airflow writes it. */
  readonly uri: string;
  readonly name: string | null;
  readonly group: string | null;
  /** What the task said of it. */
  readonly extra: JsonObject;
  /** Of Airflow 3.2 and later. */
  readonly partition: string | null;
  /** Who made it; null if nobody of Airflow's did. */
  readonly dag: string | null;
  readonly run: string | null;
  readonly task: string | null;
  readonly mapIndex: number | null;
  readonly at: string;
  /** Its number in Airflow, which may begin again. */
  readonly number: number;
}

interface RawEvent {
  readonly id: number;
  readonly uri: string | null;
  readonly name?: string | null;
  readonly group?: string | null;
  readonly extra?: Json;
  readonly partition_key?: string | null;
  readonly source_dag_id?: string | null;
  readonly source_run_id?: string | null;
  readonly source_task_id?: string | null;
  readonly source_map_index?: number | null;
  readonly timestamp: string;
}

/** Events of the assets that `wanted` takes. All are read and the others left out: an asset that Airflow does not know yet has no number to ask by. */
export function assetEventFeed(client: AirflowClient, wanted: (uri: string) => boolean): Feed<AirflowAssetEvent> {
  return {
    name: "asset events",
    page: async ({ from, first = "oldest", skip = 0, limit }) => {
      const { body, at } = await client.ask({
        path: "/assets/events",
        query: {
          limit,
          offset: skip,
          order_by: first === "oldest" ? "timestamp" : "-timestamp",
          ...(from === undefined ? {} : { timestamp_gte: fromMicros(from) }),
        },
      });
      const { asset_events } = body as { readonly asset_events: readonly RawEvent[] };
      return { entries: asset_events.map((event) => toEntry(event, wanted)), isLast: asset_events.length < limit, at };
    },
  };
}

export function assetEventId({ number, at }: Pick<AirflowAssetEvent, "number" | "at">): string {
  return `${number}@${at}`;
}

function toEntry(raw: RawEvent, wanted: (uri: string) => boolean): FeedEntry<AirflowAssetEvent> {
  const micros = toMicros(raw.timestamp);
  const at = fromMicros(micros);
  const entry = { at: micros, id: assetEventId({ number: raw.id, at }) };
  try {
    // An asset that has only a name is known by it.
    const uri = raw.uri ?? raw.name ?? "";
    if (!wanted(uri)) return entry;
    return { ...entry, item: toItem(raw, uri, at) };
  } catch (error) {
    return { ...entry, poison: { id: entry.id, reason: messageOf(error), raw: rawText(raw) } };
  }
}

function toItem(raw: RawEvent, uri: string, at: string): AirflowAssetEvent {
  const extra = raw.extra ?? {};
  return {
    uri,
    name: raw.name ?? null,
    group: raw.group ?? null,
    extra: typeof extra === "object" && !Array.isArray(extra) ? (extra as JsonObject) : { extra },
    partition: raw.partition_key ?? null,
    dag: raw.source_dag_id ?? null,
    run: raw.source_run_id ?? null,
    task: raw.source_task_id ?? null,
    mapIndex: raw.source_map_index === undefined || raw.source_map_index === null || raw.source_map_index < 0 ? null : raw.source_map_index,
    at,
    number: raw.id,
  };
}
