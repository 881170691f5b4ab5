import { all, asset, dag, daily } from "headgate";
import { postgres } from "headgate/connections";
import { z } from "zod";
import { campaignCosts, soldByCampaign } from "../contracts.ts";

export const marketingRoi = asset("postgres://warehouse/analytics/marketing_roi", {
  owner: "analytics",
  description: "What each campaign brought for what it cost",
  partitions: daily({ tz: "UTC" }),
  schema: z.object({ campaigns: z.number() }),
});

/**
 * Team analytics: a day is due when both teams have published that day, in whatever order and however late; another day's costs do not
 * count for it. When one of them corrects a day, that day waits for both again; with `.keep()` on one of them it would not.
 */
export const marketingRoiDaily = dag("marketing-roi", { on: all(campaignCosts, soldByCampaign), defaults: { retries: 5 }, owner: "analytics" }, (d) => {
  d.sql("join", {
    connection: postgres("warehouse"),
    file: new URL("marketing-roi.sql", import.meta.url),
    outlets: [marketingRoi],
    publish: ({ rowCount }, ctx) => ctx.publish(marketingRoi, { data: { campaigns: rowCount } }),
  });
});
