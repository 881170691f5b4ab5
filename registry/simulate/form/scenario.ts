import { z } from "zod";
import { dag } from "./dag.ts";
import { asset } from "./partitions.ts";
import { instant, jsonObject, name, outcome, positive, uri } from "./words.ts";

const event = z
  .strictObject({
    asset: uri,
    id: name.optional().describe("The same source and id again is a duplicate; new each time if it is left out"),
    source: name.optional(),
    time: instant.optional().describe("When it happened; at, if it is left out"),
    partition: name.nullable().optional(),
    data: jsonObject.optional(),
    groups: z.array(name).optional(),
    hops: z.int().min(0).optional(),
  })
  .meta({ id: "event" });

const dagId = name.describe("Id of a DAG that was registered before");
const at = instant;
const keys = z.union([z.array(name).min(1), z.strictObject({ from: name, to: name })]);

const entry = z
  .union([
    z.strictObject({ at }),
    // As a signal would carry it: any JSON. What is no event goes to `rejected`, and is no fault of the scenario.
    z.strictObject({ at, event: z.union([event, z.array(event), z.unknown()]).describe("An event, or a list of them") }),
    z.strictObject({ at, pause: dagId }),
    z.strictObject({ at, resume: dagId }),
    z.strictObject({ at, finish: z.strictObject({ dag: dagId, run: positive.describe("From 1, in the order of start"), outcome: outcome.optional() }) }),
    z.strictObject({ at, register: z.strictObject({ assets: z.array(asset).optional(), dags: z.array(dag).optional() }) }),
    z.strictObject({ at, start: z.strictObject({ dag: dagId, partition: name.nullable().optional(), params: jsonObject.optional() }) }),
    z.strictObject({ at, backfill: z.strictObject({ dag: dagId, partitions: keys, parallel: positive.optional() }) }),
    z.strictObject({
      at,
      repair: z.strictObject({
        asset: uri,
        partitions: z.union([keys, name]).optional().describe('Left out for an asset without partitions; also "a..b"'),
        downstream: z.boolean().optional().describe("Also what is made from it"),
        parallel: positive.optional(),
      }),
    }),
    z.strictObject({
      at,
      repair: z.strictObject({
        asset: uri,
        partitions: z.union([name, z.array(name).min(1), z.strictObject({ from: name, to: name })]).optional(),
        downstream: z.boolean().optional().describe("Also what is made from it"),
        parallel: positive.optional(),
      }),
    }),
  ])
  .meta({ id: "entry", description: "One instant, with one action or none" });

/** The form of a scenario, as far as a form can say it. What depends on other parts (that instants do not decrease) is left to the reader. */
export const scenario: z.ZodType = z
  .strictObject({
    $schema: z.string().optional(),
    assets: z.array(asset).optional(),
    dags: z.array(dag).optional(),
    start: instant.optional().describe("When the clock starts; at the first entry, if it is left out"),
    timeline: z.array(entry).optional().describe("In order; the clock stops at the last entry"),
  })
  .meta({ title: "Scenario of headgate simulate", description: "Assets and DAGs, and what happens when. The rules are docs/semantics.md." });

/** The JSON Schema of a scenario, draft 2020-12. */
export function scenarioSchema(): object {
  return z.toJSONSchema(scenario, { io: "input" });
}
