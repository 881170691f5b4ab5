import { dag } from "headgate";
import { userActivity, userEvents } from "./assets.ts";
import { PATIENT, warehouse } from "./place.ts";

/**
 * 4. Runs when records come: the first one starts a run at once, and what comes while it works is the next run's, all together.
 * No task sits and waits for the topic; the watcher does, for all DAGs.
 */
export const kafkaTriggered = dag("kafka-triggered", { on: userEvents, defaults: PATIENT, tags: ["warehouse", "kafka"] }, (d) => {
  d.task("load", {
    needs: { events: userEvents },
    outlets: [userActivity],
    run: async ({ events }, ctx) => {
      const pool = await ctx.connection(warehouse);
      // A user's program may send an event twice, under two offsets: its own id tells.
      const { rowCount } = await pool.query(
        `insert into clean.user_activity (event_id, user_id, action, happened_at)
         select * from jsonb_to_recordset($1) as event (id text, "user" text, action text, at timestamptz)
         on conflict (event_id) do nothing`,
        [JSON.stringify(events.map(({ data }) => data))],
      );
      if (rowCount) ctx.publish(userActivity, { data: { rows: rowCount } });
      else ctx.unchanged(userActivity);
    },
  });
});
