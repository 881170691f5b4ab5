import { asset, daily } from "headgate";
import { z } from "zod";

// What teams promise each other: the place, the slices, the form of the data, who answers for it and how old it may grow. In life this is
// a small package that all of them install. A project that is deployed with another form of one of these is refused.

const days = daily({ tz: "UTC" });

export const campaignCosts = asset("postgres://warehouse/marketing/campaign_costs", {
  owner: "marketing",
  description: "What each campaign cost on a day, and what it brought on the web site",
  partitions: days,
  schema: z.object({ campaigns: z.number() }),
  freshness: { within: "26h" },
  tags: ["contract"],
});

export const soldByCampaign = asset("postgres://warehouse/sales/sold_by_campaign", {
  owner: "sales",
  description: "What was sold on a day, by the campaign that brought the customer",
  partitions: days,
  schema: z.object({ campaigns: z.number(), revenueCents: z.number() }),
  freshness: { within: "26h" },
  tags: ["contract"],
});
