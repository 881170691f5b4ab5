import type { AssetDefinition } from "../definition.ts";
import { HeadgateError } from "../errors.ts";
import type { EventInput } from "../event.ts";
import type { JsonObject } from "../json.ts";
import { refuseDeepEvent } from "../json-depth.ts";
import { LIMITS } from "../limits.ts";
import { checkKey } from "../partitions/partition-key.ts";
import type { PlanTask } from "../plan.ts";
import { type Checked, issuesText, validateWithSchema } from "../schema.ts";
import { parseInstant } from "../time/time.ts";
import { byteLength, findNotJson } from "./result.ts";

/** What `ctx.publish` takes, without its types. */
export interface RawPublication {
  readonly data?: JsonObject;
  readonly partition?: string | null;
  readonly time?: string;
  readonly merge?: boolean;
}

export interface PublicationScope {
  readonly task: PlanTask;
  /** Of the DAG, by URI. */
  readonly assets: ReadonlyMap<string, AssetDefinition>;
  /** The run's; what a publication defaults to. */
  readonly partition: string | null;
  readonly hops: number;
  readonly source: string;
  /** The id of the n-th event of this task. */
  idOf(ordinal: number): string;
  readonly where: string;
}

export interface Publications {
  publish(asset: AssetDefinition, publication?: RawPublication): void;
  unchanged(asset: AssetDefinition): void;
  /** All events of a task that has succeeded, in the order in which it published them. Throws `E_OUTLET_SILENT`, `E_EVENT_DATA`, `E_EVENT_PARTITION`, `E_EVENT_SIZE`. */
  finish(now: number): Promise<readonly EventInput[]>;
}

interface Draft {
  readonly asset: string;
  readonly partition: string | null;
  readonly data: JsonObject;
  readonly time: string | undefined;
  /** Why it is put aside, once that is known. */
  quarantine?: string | undefined;
}

/** Gathers what one attempt publishes, and refuses what the registry would refuse. */
export function gatherPublications(scope: PublicationScope): Publications {
  const { task, where } = scope;
  let drafts: Draft[] = [];
  const untouched = new Set<string>();
  const checks: Promise<void>[] = [];

  function definitionOf(asset: AssetDefinition): AssetDefinition {
    if (typeof asset?.uri !== "string")
      throw new HeadgateError("E_OUTLET_UNDECLARED", "what was published is no asset", { where, hint: "hand over what asset(...) returned" });
    if (task.dynamicOutlets !== true && !task.outlets.some((outlet) => outlet.asset === asset.uri)) {
      const declared = task.outlets.map((outlet) => outlet.asset).join(", ");
      throw new HeadgateError(
        "E_OUTLET_UNDECLARED",
        `the task publishes ${asset.uri}, which is not among its outlets${declared === "" ? "" : ` (${declared})`}`,
        {
          where,
          hint: 'add it to the task\'s outlets, or write outlets: "dynamic"',
        },
      );
    }
    return scope.assets.get(asset.uri) ?? asset;
  }

  function publish(asset: AssetDefinition, publication: RawPublication = {}): void {
    const definition = definitionOf(asset);
    const draft = toDraft(definition, publication);
    if (publication.merge === true) drafts = drafts.filter((one) => one.asset !== draft.asset || one.partition !== draft.partition);
    drafts.push(draft);
    if (definition.schema === undefined) return;
    const checked = validateWithSchema(definition.schema, draft.data);
    if (checked instanceof Promise) {
      const settled = checked.then((result) => judge(definition, draft, result));
      // Reported by finish(); until then nobody listens.
      settled.catch(() => undefined);
      checks.push(settled);
    } else judge(definition, draft, checked);
  }

  function toDraft(definition: AssetDefinition, { data = {}, partition = scope.partition, time }: RawPublication): Draft {
    const found =
      typeof data === "object" && data !== null && !Array.isArray(data)
        ? findNotJson(data, "data", [])
        : { path: "data", what: "no object", hint: "hand over an object" };
    if (found !== undefined)
      throw new HeadgateError("E_EVENT_DATA", `the data published to ${definition.uri} cannot be stored: ${found.path} is ${found.what}`, {
        where,
        hint: found.hint,
      });
    if (time !== undefined && parseInstant(time) === null) {
      throw new HeadgateError("E_EVENT", `the time ${JSON.stringify(time)} published to ${definition.uri} is no instant`, {
        where,
        hint: "write ISO 8601 with a zone: 2026-11-23T10:00:00Z",
      });
    }
    assertPartition(definition, partition);
    refuseDeepEvent(data);
    const text = JSON.stringify(data);
    if (byteLength(text) > LIMITS.eventBytes - 2_048) {
      throw new HeadgateError(
        "E_EVENT_SIZE",
        `the data published to ${definition.uri} has ${byteLength(text)} bytes, an event has at most ${LIMITS.eventBytes}`,
        {
          where,
          hint: "write the data to a file or table and publish where it is",
        },
      );
    }
    return { asset: definition.uri, partition, data: JSON.parse(text) as JsonObject, time };
  }

  function assertPartition(definition: AssetDefinition, partition: string | null): void {
    const wanted = definition.catalog?.partitions;
    if (wanted === undefined || (partition === null && "dynamic" in wanted)) return;
    const why = partition === null ? "the run has no partition and none was given" : checkKey(wanted, partition);
    if (why === null) return;
    throw new HeadgateError(
      "E_EVENT_PARTITION",
      `the partition ${JSON.stringify(partition)} does not fit ${definition.uri} (${JSON.stringify(wanted)}): ${why}`,
      {
        where,
        hint: "name the slice that was written: ctx.publish(asset, { partition: ... })",
      },
    );
  }

  function judge(definition: AssetDefinition, draft: Draft, checked: Checked<unknown>): void {
    if (checked.ok) {
      draft.quarantine = checked.quarantine;
      return;
    }
    throw new HeadgateError("E_EVENT_DATA", `the data published to ${definition.uri} breaks its schema: ${issuesText(checked.issues)}`, { where });
  }

  /** An outlet without a schema is published once if the task said nothing of it. */
  function addSilentOutlets(): void {
    for (const outlet of task.outlets) {
      if (untouched.has(outlet.asset) || drafts.some((draft) => draft.asset === outlet.asset)) continue;
      if (outlet.schema) {
        throw new HeadgateError("E_OUTLET_SILENT", `the task succeeded without saying what it did to ${outlet.asset}, which has a schema`, {
          where,
          hint: "call ctx.publish(asset, { data }) or ctx.unchanged(asset)",
        });
      }
      const definition = scope.assets.get(outlet.asset);
      if (definition !== undefined) assertPartition(definition, scope.partition);
      drafts.push({ asset: outlet.asset, partition: scope.partition, data: {}, time: undefined });
    }
  }

  async function finish(now: number): Promise<readonly EventInput[]> {
    for (const check of checks) await check;
    addSilentOutlets();
    const time = new Date(now).toISOString();
    const { source, hops } = scope;
    const events = drafts.map((draft, ordinal) => ({
      asset: draft.asset,
      id: scope.idOf(ordinal),
      source,
      time: draft.time ?? time,
      partition: draft.partition,
      data: draft.data,
      hops,
      ...(draft.quarantine === undefined ? {} : { quarantine: draft.quarantine }),
    }));
    const bytes = events.length === 0 ? 0 : byteLength(JSON.stringify(events));
    if (bytes > LIMITS.signalBytes) {
      throw new HeadgateError(
        "E_EVENT_SIZE",
        `the task publishes ${events.length} events with ${bytes} bytes together, at most ${LIMITS.signalBytes} are taken`,
        {
          where,
          hint: "publish less data with each event, or from several tasks",
        },
      );
    }
    return events;
  }

  return {
    publish,
    unchanged: (asset) => {
      untouched.add(definitionOf(asset).uri);
    },
    finish,
  };
}
