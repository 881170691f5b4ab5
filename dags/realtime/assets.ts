import { asset, hourly } from "headgate";
import { z } from "zod";

export const userEvent = z.object({
  id: z.string().min(1),
  user: z.string().min(1),
  session: z.string().min(1),
  kind: z.enum(["view", "cart", "purchase"]),
  amount: z.number().nullable().default(null),
  at: z.iso.datetime({ offset: true }),
});
export type UserEvent = z.infer<typeof userEvent>;

const owner = "growth";
const hours = hourly({ tz: "UTC" });

export const userStream = asset("kafka://streams/behaviour", { owner, description: "What users do, as it happens", schema: userEvent });
export const behaviour = asset("postgres://warehouse/events/user_behaviour", {
  owner,
  partitions: hours,
  description: "The same as a table, by the hour in which it happened",
  schema: z.object({ events: z.number() }),
});
export const hourlyUsers = asset("postgres://warehouse/metrics/hourly_users", {
  owner,
  partitions: hours,
  description: "Users, sessions and purchases of an hour",
  schema: z.object({ users: z.number(), events: z.number() }),
});
