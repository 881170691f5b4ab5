import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import { asset, dag } from "../../core/index.ts";
import { expectAsset, expectLineage } from "../../testing/index.ts";

const raw = asset("lake://types/raw", { schema: z.object({ size: z.number() }) });
const anything = asset("lake://types/anything");
const load = dag("load", { on: raw, outlets: [anything] }, (d) => d.task("load", { run: () => undefined }));

test("a sample that should be accepted has the type of the schema; one that should be refused may be anything", () => {
  expectAsset(raw).toAccept({ size: 1 }).toRefuse({ size: "1" }).toRefuse(null);
  expectAsset(anything).toAccept({ any: "thing" });
  // @ts-expect-error - the size is no text
  expectAsset(raw).toAccept({ size: "1" });
});

test("lineage is between assets, and goes through assets and DAGs", () => {
  expectTypeOf(expectLineage(load).from(raw).through(load, anything).to(anything)).toEqualTypeOf<readonly string[]>();
  // @ts-expect-error - a DAG is no piece of data
  expectLineage(load).from(load);
});
