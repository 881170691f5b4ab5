import { publishedBy } from "../core/assets-named.ts";
import type { AssetDefinition, WatcherDefinition } from "../core/definition.ts";
import { HeadgateError } from "../core/errors.ts";
import type { EventInput } from "../core/event.ts";
import { contentHash } from "../core/hash.ts";
import { refuseDeepEvent } from "../core/json-depth.ts";
import { LIMITS } from "../core/limits.ts";
import { checkKey } from "../core/partitions/partition-key.ts";
import { issuesText, validateWithSchema } from "../core/schema.ts";
import type { ItemIdentity, PoisonItem, SourceAsset } from "../core/source.ts";
import { sourceAssetOf } from "../core/source-asset.ts";
import { parseTemplate } from "../core/uri/template.ts";
import { withTexts } from "../core/written-events.ts";
import { rawText } from "./raw-text.ts";

/** What became of the items of one batch. Every item is in exactly one of the three. */
export interface MappedItems {
  readonly events: readonly EventInput[];
  /** How many items `map` skipped. */
  readonly ignored: number;
  readonly poison: readonly PoisonItem[];
}

/** The parts of a watcher that mapping needs. */
export type ItemMapping = Pick<WatcherDefinition, "source" | "publishes" | "alsoPublishes" | "map">;

/**
 * From items of a source to events with deterministic ids: the same item gives the same events for ever.
 * `map` may return undefined (the item is ignored) or an array (its events get the item's id with `#0`, `#1`, ...).
 * An item that cannot be mapped, or whose event would be refused, becomes a dead letter with the reason: it stops nothing.
 */
export async function mapItems(watcher: ItemMapping, items: readonly unknown[]): Promise<MappedItems> {
  const events: EventInput[] = [];
  const texts: string[] = [];
  const poison: PoisonItem[] = [];
  let ignored = 0;
  if (items.length === 0) return { events, ignored, poison };
  const asset = assetOf(watcher);
  const name = watcher.source.describe(asset);
  for (const item of items) {
    try {
      const mapped = await mapItem(watcher, item, asset, name);
      if (mapped === undefined) ignored += 1;
      else
        for (const { event, text } of mapped) {
          events.push(event);
          texts.push(text);
        }
    } catch (error) {
      poison.push({ id: deadLetterId(watcher, item), reason: reasonOf(error), raw: rawText(item) });
    }
  }
  return { events: withTexts(events, texts), ignored, poison };
}

interface WrittenEvent {
  readonly event: EventInput;
  readonly text: string;
}

async function mapItem(watcher: ItemMapping, item: unknown, asset: SourceAsset, name: string): Promise<readonly WrittenEvent[] | undefined> {
  const { source, map } = watcher;
  const identity = source.identify(item, asset);
  const mapped: unknown = map === undefined ? { data: item } : map(item as never);
  if (mapped === undefined) return undefined;
  if (!Array.isArray(mapped)) return [await toEvent(watcher, name, identity, mapped, identity.id)];
  const events: WrittenEvent[] = [];
  for (const [k, one] of mapped.entries()) events.push(await toEvent(watcher, name, identity, one, `${identity.id}#${k}`));
  return events;
}

async function toEvent(watcher: ItemMapping, source: string, identity: ItemIdentity, mapped: unknown, id: string): Promise<WrittenEvent> {
  if (typeof mapped !== "object" || mapped === null || mapped instanceof Promise) {
    throw new HeadgateError("E_EVENT", `map returned ${mapped instanceof Promise ? "a promise" : describeValue(mapped)} instead of an event`, {
      hint: "return { data, partition?, time?, id? }, an array of these, or undefined to skip the item; map must not be async",
    });
  }
  const given = mapped as Omit<Partial<EventInput>, "asset"> & { readonly asset?: string | { readonly uri: string } };
  const { publishes, named } = assetNamed(watcher, typeof given.asset === "object" ? given.asset.uri : given.asset);
  // What the source knows of the partition, it knows of the asset from which it takes where to look.
  const partition = given.partition ?? named ?? (publishes === watcher.publishes ? identity.partition : undefined) ?? null;
  checkPartition(publishes, partition);
  const time = given.time ?? identity.time;
  checkTime(time);
  const { value: data, quarantine } = await checkData(publishes, given.data ?? {});
  const whole = {
    asset: publishes.uri,
    source,
    id: given.id ?? id,
    ...(time === undefined ? {} : { time }),
    ...(partition === null ? {} : { partition }),
    data,
    ...(given.groups === undefined ? {} : { groups: given.groups }),
    ...(quarantine === undefined ? {} : { quarantine }),
  };
  refuseDeepEvent(whole);
  // What crosses the wire is JSON: what would change on the way (a Date, undefined) changes here, before it is numbered and kept.
  const text = JSON.stringify(whole);
  const event: EventInput = JSON.parse(text);
  if (typeof event.id !== "string" || event.id === "") throw new HeadgateError("E_EVENT", `the id ${describeValue(event.id)} of an event is no text`);
  const bytes = Buffer.byteLength(text);
  if (bytes > LIMITS.eventBytes) {
    throw new HeadgateError("E_EVENT_SIZE", `the event has ${bytes} bytes, at most ${LIMITS.eventBytes} are taken`, {
      hint: "let map keep what names the data, and read the data in the task",
    });
  }
  return { event, text };
}

/** Which asset an event is of, and the partition that its concrete URI names. Throws if the watcher does not publish it. */
function assetNamed(watcher: ItemMapping, uri: string | undefined): { readonly publishes: AssetDefinition; readonly named?: string | undefined } {
  const all = publishedBy(watcher);
  if (uri === undefined) {
    if (all.length === 1) return { publishes: watcher.publishes };
    throw new HeadgateError("E_EVENT", "map returned an event without an asset, and the watcher publishes several", {
      hint: "let map return { asset, data }, with one of the assets of `publishes`",
    });
  }
  // Whose name it is comes before whose template it fits, and needs no template to be read.
  const exact = all.find((one) => one.uri === uri);
  if (exact !== undefined) return { publishes: exact };
  for (const publishes of all) {
    const named = parseTemplate(publishes.catalog.template ?? publishes.uri, publishes.catalog.partitions).partitionUnder(uri);
    if (named !== undefined || parseTemplate(uri).identity === publishes.uri) return { publishes, named };
  }
  throw new HeadgateError("E_EVENT", `map returned an event of "${uri}", but the watcher publishes ${all.map((one) => `"${one.uri}"`).join(", ")}`, {
    hint: "add it to `publishes` of the watcher, or leave out `asset`",
  });
}

function checkPartition(publishes: AssetDefinition, partition: string | null): void {
  const definition = publishes.catalog.partitions;
  if (definition === undefined) {
    if (partition === null) return;
    throw new HeadgateError("E_EVENT_PARTITION", `the event has the partition "${partition}", but "${publishes.uri}" has no partitions`, {
      hint: "give the asset partitions, such as daily()",
    });
  }
  if (partition === null) {
    if ("dynamic" in definition) return;
    throw new HeadgateError("E_EVENT_PARTITION", `the event has no partition, and "${publishes.uri}" needs one`, {
      hint:
        publishes.catalog.template === undefined
          ? "let map return { partition }"
          : `the item lies outside of ${publishes.catalog.template}; move it, narrow the pattern, or let map return { partition }`,
    });
  }
  const why = checkKey(definition, partition);
  if (why !== null) throw new HeadgateError("E_EVENT_PARTITION", `"${partition}" is no partition of "${publishes.uri}": ${why}`);
}

const ISO_WITH_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

function checkTime(time: string | undefined): void {
  if (time === undefined || (ISO_WITH_ZONE.test(time) && !Number.isNaN(Date.parse(time)))) return;
  throw new HeadgateError("E_EVENT", `the time ${describeValue(time)} is not ISO 8601 with a zone`, { hint: 'write it as "2026-11-23T08:00:00Z"' });
}

async function checkData(publishes: AssetDefinition, data: unknown): Promise<{ readonly value: unknown; readonly quarantine?: string }> {
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw new HeadgateError("E_EVENT", `the data of the event is ${describeValue(data)}, not an object`, { hint: "let map return { data: { ... } }" });
  }
  if (publishes.schema === undefined) return { value: data };
  const checked = await validateWithSchema(publishes.schema, data);
  if (checked.ok) return checked;
  throw new HeadgateError("E_EVENT_DATA", `the data breaks the schema of "${publishes.uri}": ${issuesText(checked.issues)}`);
}

/** The item's own id where it has one, so that the same item does not fill the dead letters twice. */
function deadLetterId(watcher: ItemMapping, item: unknown): string {
  try {
    return watcher.source.identify(item, assetOf(watcher)).id;
  } catch {
    return `unidentified:${contentHash(rawText(item)).slice(0, 32)}`;
  }
}

function reasonOf(error: unknown): string {
  if (HeadgateError.is(error)) return `${error.code}: ${error.message}${error.hint === undefined ? "" : ` (${error.hint})`}`;
  return error instanceof Error ? `map threw ${error.name}: ${error.message}` : `map threw ${describeValue(error)}`;
}

function describeValue(value: unknown): string {
  return Array.isArray(value) ? "an array" : rawText(value).slice(0, 200);
}

/** The asset as a source is given it. */
export function assetOf(watcher: Pick<WatcherDefinition, "publishes">): SourceAsset {
  return sourceAssetOf(watcher.publishes);
}
