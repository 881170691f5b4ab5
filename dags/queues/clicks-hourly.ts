import { asset, cron, dag } from "headgate";
import { postgres } from "headgate/connections";
import { kafka } from "headgate/watchers/kafka";
import { z } from "zod";

const warehouse = postgres("warehouse");
const click = z.object({ user: z.string(), page: z.string(), at: z.iso.datetime({ offset: true }) });

export const clicks = asset("postgres://warehouse/web/clicks", {
  owner: "web",
  description: "Clicks, hour by hour",
  schema: z.object({ rows: z.number(), refused: z.number() }),
});
/** Named here so that `npm run setup` makes the topic; nobody waits for it. */
export const clicksTopic = asset("kafka://streams/clicks", { owner: "web", description: "Clicks, as they happen" });

/**
 * Once an hour takes what the topic has, and goes on there the next hour: for topics of which nobody needs to hear at once. The records
 * are kept in the store before the group's offsets move; a run that fails and is started again has them still.
 */
export const clicksHourly = dag("clicks-hourly", { on: cron("@hourly"), defaults: { retries: 5 }, tags: ["kafka"] }, (d) => {
  const records = d.consume("records", kafka({ connection: "streams", topic: "clicks" }), { max: 50_000, wait: "3s" });
  d.task("load", {
    needs: { records },
    outlets: [clicks],
    run: async ({ records }, ctx) => {
      const good = records.flatMap(({ topic, partition, offset, value }) => {
        const read = click.safeParse(value);
        return read.success ? [{ topic, partition, offset, ...read.data }] : [];
      });
      const refused = records.length - good.length;
      if (refused > 0) ctx.log.warn(`${refused} records are no clicks`);
      const { rowCount } = await (await ctx.connection(warehouse)).query(
        `insert into web.clicks (topic, partition, at_offset, user_id, page, clicked_at)
         select * from jsonb_to_recordset($1) as click (topic text, partition int, "offset" bigint, "user" text, page text, at timestamptz)
         on conflict (topic, partition, at_offset) do nothing`,
        [JSON.stringify(good)],
      );
      if (records.length > 0) ctx.publish(clicks, { data: { rows: rowCount ?? 0, refused } });
      else ctx.unchanged(clicks);
    },
  });
});
