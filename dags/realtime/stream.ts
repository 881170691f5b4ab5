import { dag, watch } from "headgate";
import { postgres } from "headgate/connections";
import { kafka } from "headgate/watchers/kafka";
import { behaviour, type UserEvent, userStream } from "./assets.ts";

const warehouse = postgres("warehouse");

export const behaviourArrives = watch("behaviour-arrives", kafka<UserEvent>(), {
  publishes: userStream,
  map: ({ value }) => (value === null ? undefined : { data: value }),
  startAt: "beginning",
});

/** Takes what has come within a second, at most 1,000 at once, and says which hours it touched: also hours that are long over. */
export const processStream = dag(
  "process-stream",
  { on: userStream, batch: { max: 1_000, wait: "1s" }, defaults: { retries: 5 }, tags: ["kafka", "realtime"] },
  (d) => {
    d.task("load", {
      needs: { events: userStream },
      outlets: [behaviour],
      run: async ({ events }, ctx) => {
        const { rows } = await (await ctx.connection(warehouse)).query<{ hour: string; events: number }>(
          `with added as (
             insert into events.user_behaviour (event_id, user_id, session_id, kind, amount, happened_at, run)
             select id, "user", session, kind, amount, at, $2
             from jsonb_to_recordset($1) as event (id text, "user" text, session text, kind text, amount numeric, at timestamptz)
             on conflict (event_id) do update set run = excluded.run
             returning happened_at)
           select to_char(happened_at at time zone 'utc', 'YYYY-MM-DD"T"HH24') as hour, count(*)::int as events from added group by 1`,
          [JSON.stringify(newestOf(events.map(({ data }) => data))), ctx.run.id],
        );
        for (const { hour, events } of rows) ctx.publish(behaviour, { partition: hour, data: { events } });
      },
    });
  },
);

/** One of each id: a statement may write a row once. */
function newestOf(events: readonly UserEvent[]): readonly UserEvent[] {
  return [...new Map(events.map((event) => [event.id, event])).values()];
}
