import { asset, watch } from "headgate";
import { files } from "headgate/watchers/files";
import { kafka } from "headgate/watchers/kafka";
import { postgresTable } from "headgate/watchers/postgres";
import { s3 } from "headgate/watchers/s3";

const WATCHERS = 100;

/** A hundred watchers of four kinds to which nothing happens. */
export const idle = Array.from({ length: WATCHERS }, (_, n) => {
  const id = `bench-idle-${n}`;
  if (n % 4 === 0) return watch(id, kafka({ topic: "bench-idle", group: id }), { publishes: asset(`kafka://streams/idle-${n}`) });
  if (n % 4 === 1) return watch(id, s3({ connection: "lake" }), { publishes: asset(`s3://idle/${n}/`), every: "30s" });
  if (n % 4 === 2)
    return watch(id, postgresTable({ table: "bench.idle", by: { sequence: "id" } }), {
      publishes: asset(`postgres://warehouse/bench/idle-${n}`),
      every: "30s",
    });
  return watch(id, files({ path: "bench/sources", pattern: `none-${n}/*` }), { publishes: asset(`lake://idle/${n}`), every: "30s" });
});
