import { asset, dag, watch } from "headgate";
import { kafka } from "headgate/watchers/kafka";
import { z } from "zod";
import { mark } from "../../mark.ts";

const reading = z.object({ id: z.string() });
type Reading = z.infer<typeof reading>;

export const many = asset("kafka://streams/bench-many", { schema: reading });
export const few = asset("kafka://streams/bench-few", { schema: reading });

/** Read as fast as it goes; nothing starts. */
export const manyRead = watch("bench-many", kafka<Reading>(), {
  publishes: many,
  startAt: "beginning",
  map: ({ value }) => (value === null ? undefined : { data: value }),
});

/** Read one by one; each starts a run. */
export const fewRead = watch("bench-few", kafka<Reading>(), {
  publishes: few,
  startAt: "beginning",
  map: ({ value }) => (value === null ? undefined : { data: value }),
});

export const fewMarked = dag("bench-few-marked", { on: few, mode: "each", concurrency: 100 }, (d) => {
  d.task("mark", { needs: { events: few }, run: ({ events }) => mark(events[0]?.data.id ?? "") });
});
