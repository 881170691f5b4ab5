import { dag } from "headgate";
import { bronze, silver } from "./assets.ts";
import { toSegmented } from "./customers.ts";
import { dayOf, openLayers } from "./place.ts";

/** Gives every customer of a day the segment of its spend. */
export const silverSegment = dag(
  "silver-segment",
  {
    on: bronze,
    defaults: { retries: 20, backoff: { initial: "500ms", max: "5s" } },
    tags: ["lake", "silver"],
    owner: "data-platform",
    description: "clean customers to segments",
  },
  (d) => {
    d.task("segment", {
      outlets: [silver],
      run: async (_, ctx) => {
        const ds = dayOf(ctx);
        const layers = await openLayers(ctx);
        const customers = (await layers.bronze.customers(ds)).map(toSegmented);
        await layers.silver.replace(ds, customers);
        ctx.publish(silver, { data: { customers: customers.length } });
      },
    });
  },
);
