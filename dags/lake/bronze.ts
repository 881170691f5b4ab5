import { dag } from "headgate";
import { bronze, raw } from "./assets.ts";
import { cleanAll } from "./customers.ts";
import { dayOf, openLayers } from "./place.ts";

/** Cleans a day: the newest good line of each customer wins; what is refused is counted by its reason. */
export const bronzeClean = dag(
  "bronze-clean",
  {
    on: raw,
    defaults: { retries: 20, backoff: { initial: "500ms", max: "5s" } },
    tags: ["lake", "bronze"],
    owner: "data-platform",
    description: "raw lines to clean customers",
  },
  (d) => {
    d.task("clean", {
      outlets: [bronze],
      timeout: "5m",
      run: async (_, ctx) => {
        const ds = dayOf(ctx);
        const layers = await openLayers(ctx);
        const cleaned = cleanAll(await layers.raw.lines(ds));
        await layers.bronze.replace(ds, cleaned);
        ctx.publish(bronze, { data: { customers: cleaned.customers.length, refused: [...cleaned.refused.values()].reduce((sum, count) => sum + count, 0) } });
      },
    });
  },
);
