import { NonRetryableError, type TaskContext } from "headgate";
import { postgres, s3 } from "headgate/connections";
import type { Layers } from "./layers.ts";
import { layersInBucket } from "./layers-in-bucket.ts";
import { layersInWarehouse } from "./layers-in-warehouse.ts";

export const BUCKET = "lake";

/** Landing, raw, bronze and silver stand in a bucket if the connection `lake` is set, else in folders and the warehouse. Gold is in the warehouse. */
// biome-ignore lint/style/noProcessEnv: a project may choose its place by its environment; deploys and workers see the same.
export const inBucket = Boolean(process.env.HEADGATE_CONN_LAKE);

export const warehouse = postgres("warehouse");
const bucket = s3("lake");

/** The day that a run is about. */
export function dayOf(ctx: Pick<TaskContext, "partition">): string {
  if (ctx.partition === null) throw new NonRetryableError("the lake is made day by day: start the run with a partition, such as 2026-11-23");
  return ctx.partition;
}

/** The URI of the asset that a layer is. */
export function layerUri(layer: "raw" | "bronze" | "silver", table: string): string {
  return inBucket ? `s3://${BUCKET}/${layer}/${table}/{ds}/` : `postgres://warehouse/${layer}/${table}`;
}

export async function openLayers(ctx: Pick<TaskContext, "connection">): Promise<Layers> {
  return inBucket ? layersInBucket(await ctx.connection(bucket), BUCKET) : layersInWarehouse(await ctx.connection(warehouse));
}
