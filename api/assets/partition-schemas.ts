import { z } from "@hono/zod-openapi";
import type { PartitionDefinition as Definition } from "../../core/condition.ts";
import { GRAINS } from "../../core/partitions/grain.ts";
import { SLICE_STATUSES } from "../../core/partitions/slice-states.ts";
import { instant, orNull } from "../frame/fields.ts";

const Dimension = z.union([
  z.object({ grain: z.enum(GRAINS), tz: z.string().optional(), start: z.string().optional(), end: z.string().optional() }),
  z.object({ keys: z.array(z.string()) }),
  z.object({ dynamic: z.literal(true) }),
]);

/** A product is of dimensions: one of products would be the same as a longer one. */
export const PartitionDefinition = z.union([...Dimension.options, z.object({ product: z.array(Dimension) })]).openapi("PartitionDefinition", {
  description: "How an asset is cut into partitions: by time, by a list, as they come, or by several of these.",
}) as unknown as z.ZodType<Definition>;

const Slice = z
  .object({
    partition: z.string().nullable().openapi({ description: "Null for an asset without partitions: it has one slice." }),
    status: z.enum(SLICE_STATUSES).openapi({
      description:
        "present: made from what its upstream is now. stale: something upstream changed since. failed: the last run for it did not succeed. missing: its time is over and there is nothing. open: its time is not over yet.",
    }),
    version: z.int(),
    madeAt: instant.nullable(),
    run: z.string().nullable().openapi({ description: "The run that published it." }),
    why: z.string().nullable().openapi({ description: "What failed, or what changed." }),
  })
  .openapi("Slice");

export const Slices = z
  .object({ asset: z.string(), definition: orNull(PartitionDefinition), slices: z.array(Slice).openapi({ description: "In the order of the keys." }) })
  .openapi("Slices");
