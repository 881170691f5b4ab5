import { cron, dag } from "headgate";
import { postgres } from "headgate/connections";
import { z } from "zod";
import { soldByCampaign } from "../contracts.ts";

/** Team sales: at nine the tills have been counted. It knows nothing of who reads its table. */
export const soldByCampaignDaily = dag("sold-by-campaign", { on: cron("0 9 * * *"), defaults: { retries: 5 }, owner: "sales" }, (d) => {
  d.sql("sum-up", {
    connection: postgres("warehouse"),
    file: new URL("sold-by-campaign.sql", import.meta.url),
    params: (_, ctx) => ({ day: ctx.partition ?? ctx.ds }),
    row: z.object({ campaigns: z.number(), revenue: z.number() }),
    outlets: [soldByCampaign],
    publish: ({ rows: [sold] }, ctx) => {
      const day = ctx.partition ?? ctx.ds;
      if (day !== null && sold) ctx.publish(soldByCampaign, { partition: day, data: { campaigns: sold.campaigns, revenueCents: sold.revenue } });
    },
  });
});
