import { cron, dag } from "headgate";
import { postgres } from "headgate/connections";
import { campaignCosts } from "../contracts.ts";

/** Team marketing: at eight the ad platforms have delivered the day before. By hand: `headgate dags run campaign-costs --partition 2026-11-23`. */
export const campaignCostsDaily = dag("campaign-costs", { on: cron("0 8 * * *"), defaults: { retries: 5 }, owner: "marketing" }, (d) => {
  d.sql("sum-up", {
    connection: postgres("warehouse"),
    file: new URL("campaign-costs.sql", import.meta.url),
    params: (_, ctx) => ({ day: ctx.partition ?? ctx.ds }),
    outlets: [campaignCosts],
    publish: ({ rowCount }, ctx) => {
      const day = ctx.partition ?? ctx.ds;
      if (day !== null) ctx.publish(campaignCosts, { partition: day, data: { campaigns: rowCount } });
    },
  });
});
