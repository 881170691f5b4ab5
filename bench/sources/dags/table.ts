import { asset, watch } from "headgate";
import { postgresTable } from "headgate/watchers/postgres";

export const rows = asset("postgres://warehouse/bench/readings");

export const rowsRead = watch("bench-rows", postgresTable({ by: { sequence: "id" } }), {
  publishes: rows,
  startAt: "beginning",
  map: ({ row }) => ({ data: { ...row } }),
});
