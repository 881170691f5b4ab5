import type { DataOf, Leaf } from "../core/authoring/leaf.ts";
import type { AssetDefinition } from "../core/definition.ts";
import { HeadgateError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { type Checked, issuesText, validateWithSchema } from "../core/schema.ts";

type SampleOf<A> = unknown extends DataOf<A> ? JsonObject : DataOf<A>;

/** Checks of an asset, one after the other. Each throws `E_EXPECTED`. */
export interface AssetExpectation<A> {
  /** Its identity is this URI: the normal form, without the parts that hold placeholders. */
  toBe(uri: string): AssetExpectation<A>;
  /** Events with this data are taken. */
  toAccept(data: SampleOf<A>): AssetExpectation<A>;
  /** Events with this data are rejected; `why` must be part of the reason, which begins with the field. */
  toRefuse(data: unknown, why?: string): AssetExpectation<A>;
}

/**
 * Checks what an asset is called, and which data its events may have.
 *
 * @example
 * expectAsset(raw).toBe("s3://lake/raw/orders").toAccept({ key: "a.parquet", size: 3 }).toRefuse({ key: "a.parquet" }, "size");
 */
export function expectAsset<A extends Leaf>(asset: A): AssetExpectation<A> {
  const { uri, schema } = asset as unknown as AssetDefinition;
  const fail = (message: string, hint: string): never => {
    throw new HeadgateError("E_EXPECTED", message, { where: `asset ${uri}`, hint });
  };
  const check = (data: unknown): Checked<unknown> => {
    if (schema === undefined) return fail("it has no schema, so every data is taken", "give it one: asset(uri, { schema })");
    const checked = validateWithSchema(schema, data);
    return checked instanceof Promise ? fail("its schema answers later, and this check cannot wait", "check the schema by itself") : checked;
  };
  const expectation: AssetExpectation<A> = {
    toBe: (expected) => (uri === expected ? expectation : fail(`its URI is "${uri}", not "${expected}"`, "the normal form is what events and lineage show")),
    toAccept: (data) => {
      const checked = check(data);
      return checked.ok ? expectation : fail(`its schema refuses ${JSON.stringify(data)}: ${issuesText(checked.issues)}`, "correct the sample or the schema");
    },
    toRefuse: (data, why = "") => {
      const checked = check(data);
      if (checked.ok) return fail(`its schema accepts ${JSON.stringify(data)}`, "narrow the schema, or correct the sample");
      const reason = issuesText(checked.issues);
      return reason.includes(why)
        ? expectation
        : fail(`its schema refuses ${JSON.stringify(data)} for another reason than "${why}": ${reason}`, "correct `why`");
    },
  };
  return expectation;
}
