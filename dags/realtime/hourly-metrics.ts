import { dag } from "headgate";
import { postgres, transaction } from "headgate/connections";
import { behaviour, hourlyUsers } from "./assets.ts";

const warehouse = postgres("warehouse");

/**
 * Counts an hour again when something came for it, and not "the last hour by the clock": what is late changes the hour to which it
 * belongs. `debounce`: while more keeps coming it waits a little, a minute at most.
 */
export const hourlyMetrics = dag(
  "hourly-metrics",
  { on: behaviour, debounce: { quiet: "2s", max: "1m" }, defaults: { retries: 5 }, tags: ["metrics", "realtime"] },
  (d) => {
    d.task("count", {
      outlets: [hourlyUsers],
      run: async (_, ctx) => {
        if (ctx.interval === null) return ctx.skip("a run by hand needs an hour: --partition 2026-11-23T10");
        const { start, end } = ctx.interval;
        const counted = await transaction(await ctx.connection(warehouse), async (db) => {
          const { rows } = await db.query<{ users: number; events: number }>(
            `insert into metrics.hourly_users (hour, users, sessions, events, average_purchase)
             select $1, count(distinct user_id), count(distinct session_id), count(*), avg(amount) filter (where kind = 'purchase')
             from events.user_behaviour where happened_at >= $1 and happened_at < $2
             on conflict (hour) do update set users = excluded.users, sessions = excluded.sessions, events = excluded.events,
               average_purchase = excluded.average_purchase
             returning users, events`,
            [start, end],
          );
          return rows[0] ?? { users: 0, events: 0 };
        });
        ctx.publish(hourlyUsers, { data: counted });
      },
    });
  },
);
