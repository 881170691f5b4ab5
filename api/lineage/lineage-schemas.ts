import { z } from "@hono/zod-openapi";
import { RUN_STATUSES } from "../../core/run.ts";
import { instant } from "../frame/fields.ts";

const depth = z.int().optional().openapi({ description: "Steps from the start; an asset and the DAG after it are one step apart." });

const LineageAsset = z
  .object({
    ...{ kind: z.literal("asset"), id: z.string(), depth, project: z.string().nullable(), groups: z.array(z.string()).readonly(), version: z.int() },
    at: instant.nullable().openapi({ description: "When its newest event was accepted." }),
    freshness: z.enum(["fresh", "stale", "unknown"]).nullable().openapi({ description: "Null where nothing says how fresh it must be." }),
  })
  .openapi("LineageAsset");

const LineageDag = z
  .object({
    ...{ kind: z.literal("dag"), id: z.string(), depth, project: z.string().nullable(), paused: z.boolean(), faulted: z.string().nullable(), running: z.int() },
    status: z.enum(RUN_STATUSES).nullable().openapi({ description: "Of its newest run." }),
    at: instant.nullable().openapi({ description: "When its newest run started." }),
    pending: z.int().optional().openapi({ description: "Events that have gathered. Left out while the registry is away." }),
  })
  .openapi("LineageDag");

const LineageWatcher = z
  .object({ kind: z.literal("watcher"), id: z.string(), depth, project: z.string().nullable(), source: z.string().nullable() })
  .openapi("LineageWatcher");

const LineageEnd = z.object({ kind: z.enum(["asset", "dag", "watcher"]), id: z.string() }).openapi("LineageEnd");

const LineageEdge = z
  .object({
    from: LineageEnd,
    to: LineageEnd,
    how: z.enum(["on", "keep", "absent", "unless", "outlet", "watch", "end", "freshness"]).openapi({
      description: "A part of a condition, an outlet of a task or DAG, a watcher's asset, the end of a run, or how fresh an asset is.",
    }),
    task: z.string().nullable().openapi({ description: "The task of an outlet." }),
  })
  .openapi("LineageEdge");

export const Lineage = z
  .object({
    nodes: z.array(z.discriminatedUnion("kind", [LineageAsset, LineageDag, LineageWatcher])),
    edges: z.array(LineageEdge),
    more: z.boolean().openapi({ description: "True if the whole graph is larger than what is shown: ask for a part of it." }),
  })
  .openapi("Lineage");
