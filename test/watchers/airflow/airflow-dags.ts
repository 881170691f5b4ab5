import { z } from "zod";
import { dag } from "../../../core/authoring/dag.ts";
import type { DagDefinition } from "../../../core/definition.ts";

const there = { connection: "airflow", dag: "orders_load", every: "500ms" } as const;

/** DAGs whose tasks run in Airflow. */
export const AIRFLOW_DAGS: readonly DagDefinition[] = [
  dag("moves", { params: z.object({ rows: z.number() }) }, (d) => {
    const plan = d.task("plan", { run: (_, { params }) => ({ rows: params.rows }) });
    const load = d.airflow("load", {
      ...there,
      needs: { plan },
      conf: ({ plan }) => ({ rows: plan.rows }),
      xcom: "load",
      returns: z.object({ rows: z.number() }),
    });
    d.task("check", { needs: { load }, run: ({ load }, ctx) => ctx.log.info("loaded", { rows: load.rows }) });
  }),
  dag("fails", {}, (d) => {
    d.airflow("load", { ...there, conf: { fail: true } });
  }),
  dag("fails-once", {}, (d) => {
    const load = d.airflow("load", { ...there, conf: { fail_once: true }, retries: 1 });
    d.task("tell", { needs: { load }, run: ({ load }, ctx) => ctx.log.info("loaded", { run: load.run, state: load.state }) });
  }),
  dag("lasts", {}, (d) => {
    d.airflow("load", { ...there, conf: { sleep: 600 } });
  }),
  dag("unknown", {}, (d) => {
    d.airflow("load", { ...there, dag: "nobody" });
  }),
];
