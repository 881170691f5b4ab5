import { dag } from "headgate";
import { landing, raw } from "./assets.ts";
import { dayOf, openLayers } from "./place.ts";

/** Takes whatever files have arrived of a day, and keeps their lines as they are. A file that comes again replaces its lines. */
export const rawIngest = dag(
  "raw-ingest",
  {
    on: landing,
    defaults: { retries: 20, backoff: { initial: "500ms", max: "5s" } },
    tags: ["lake", "raw"],
    owner: "data-platform",
    description: "landing files to raw lines",
  },
  (d) => {
    d.task("ingest", {
      needs: { files: landing },
      outlets: [raw],
      timeout: "5m",
      run: async ({ files }, ctx) => {
        const ds = dayOf(ctx);
        const layers = await openLayers(ctx);
        let count = 0;
        for (const { path, uri } of new Map(files.map(({ data }) => [data.path, data])).values()) {
          const lines = (await layers.landing.read(uri)).split("\n").filter((line) => line.trim() !== "");
          await layers.raw.replaceFile(ds, path, lines);
          count += lines.length;
        }
        ctx.publish(raw, { data: { files: files.length, lines: count } });
      },
    });
  },
);
