import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { CatalogAsset } from "../catalog.ts";
import { type Contract, schemaWithContract } from "../contract.ts";
import type { AssetDefinition } from "../definition.ts";
import { HeadgateError } from "../errors.ts";
import { type FreshnessPolicy, readFreshness } from "../freshness.ts";
import type { Json, JsonObject } from "../json.ts";
import { isStandardSchema, jsonSchemaOf } from "../schema.ts";
import { parseTemplate, type Template } from "../uri/template.ts";
import { branded } from "./brand.ts";
import { type LeafCondition, leafParts } from "./condition-builder.ts";
import { frozenJson } from "./freeze.ts";
import type { Any, EventDataSchema } from "./json-types.ts";
import type { Leaf } from "./leaf.ts";
import { checkOptionNames } from "./option-names.ts";
import type { Partitions } from "./partitions.ts";
import { checkTemplatePartitions } from "./template-partitions.ts";

/**
 * A piece of data with an identity. It is a condition by itself (`on: raw`), an outlet, and the type of its events.
 * `U`, `D` and `K` are the URI, the data and the partition keys, for the compiler.
 */
export interface Asset<U extends string = string, D = unknown, K = never> extends Leaf<U, D, K>, LeafCondition<Leaf<U, D, K>>, AssetDefinition {
  readonly kind: "asset";
}

export type AnyAsset = Asset<string, Any, Any>;

export interface AssetOptions<S extends StandardSchemaV1<Any, Any>, K extends string | null> {
  /** Any Standard Schema whose output is a JSON object. Data of events is checked against it on every path. */
  readonly schema?: EventDataSchema<S, StandardSchemaV1.InferOutput<S>>;
  /** Which slices it has. @default none: the asset is one piece */
  readonly partitions?: Partitions<K>;
  readonly description?: string;
  /** Who answers for it. */
  readonly owner?: string;
  readonly tags?: readonly string[];
  readonly meta?: { readonly [key: string]: Json };
  /** Groups that conditions may name with `group("sales")`. */
  readonly groups?: string | readonly string[];
  /** How fresh it must be: `{ within: "26h" }`, or by a deadline: `{ by: "0 6 * * *", tz: "Europe/Paris" }`. Slices are not told apart. */
  readonly freshness?: FreshnessPolicy;
  /** A data contract (ODCS) that the data of its events keeps: `contractFile("contracts/orders.yaml")`. */
  readonly contract?: Contract;
}

const OPTION_NAMES = ["schema", "partitions", "description", "owner", "tags", "meta", "groups", "freshness", "contract"];

/**
 * Defines an asset. The URI may hold placeholders for the partition (`s3://lake/raw/orders/date={ds}/`): the identity is then
 * the URI without the segments that hold one, and the template reads and writes the partitions.
 * Throws `E_ASSET_URI`, `E_PARTITION`, `E_DURATION`, `E_SCHEMA`.
 *
 * @example
 * const raw = asset("s3://lake/raw/orders/date={ds}/", { partitions: daily(), owner: "data-platform" });
 */
export function asset<const U extends string, S extends StandardSchemaV1<Any, Any> = StandardSchemaV1<unknown, unknown>, K extends string | null = never>(
  uri: U,
  options: AssetOptions<S, K> = {},
): Asset<U, StandardSchemaV1.InferOutput<S>, K> {
  const where = `asset ${String(uri)}`;
  checkOptionNames(options, OPTION_NAMES, where);
  checkTemplatePartitions(uri, options.partitions?.definition, where);
  const template = parseTemplate(uri, options.partitions?.definition);
  if (template.identity.startsWith("headgate:")) {
    throw new HeadgateError("E_ASSET_URI", `"${uri}" has the scheme headgate, which is for what Headgate itself says`, {
      where,
      hint: `use runEnds("orders-clean") for the ends of a DAG's runs, and freshness(orders) for how fresh an asset is`,
    });
  }
  const own = readSchema(options.schema, where);
  const contract = readContractOption(options.contract, where);
  const schema = contract === undefined ? own : schemaWithContract(template.identity, own, contract);
  const catalog = catalogOf(template, options, { own, checked: schema !== undefined }, where);
  const node = Object.freeze({ asset: template.identity });
  const assets = new Map<string, AssetDefinition>();
  const definition: AssetDefinition = branded({
    kind: "asset",
    uri: template.identity,
    catalog,
    ...(schema === undefined ? {} : { schema }),
    ...(contract === undefined ? {} : { contract }),
    ...leafParts(node, assets),
  });
  assets.set(template.identity, definition);
  // The fields of `Leaf` are for the compiler only.
  return definition as Asset<U, StandardSchemaV1.InferOutput<S>, K>;
}

function readSchema(schema: unknown, where: string): StandardSchemaV1 | undefined {
  if (schema !== undefined && !isStandardSchema(schema)) {
    throw new HeadgateError("E_SCHEMA", `the schema of ${where} is no Standard Schema`, {
      where,
      hint: "use a schema of zod, valibot, arktype or any library with the Standard Schema interface",
    });
  }
  return schema;
}

function readContractOption(contract: unknown, where: string): Contract | undefined {
  if (contract === undefined || (typeof contract === "object" && contract !== null && (contract as Contract).kind === "contract"))
    return contract as Contract | undefined;
  throw new HeadgateError("E_OPTION", `the contract of ${where} is none`, { where, hint: 'write contract: contractFile("contracts/orders.yaml")' });
}

interface CheckedBy {
  /** The asset's own schema. */
  readonly own: StandardSchemaV1 | undefined;
  /** True if data is checked, by it or by a contract. */
  readonly checked: boolean;
}

/** The options without the types of data and keys. */
type Described = Omit<AssetOptions<StandardSchemaV1, never>, "schema" | "partitions"> & { readonly partitions?: Partitions<Any> };

function catalogOf(template: Template, options: Described, schema: CheckedBy, where: string): CatalogAsset {
  const jsonSchema = schema.own === undefined ? undefined : jsonSchemaOf(schema.own);
  const groups = typeof options.groups === "string" ? [options.groups] : options.groups;
  return Object.freeze({
    uri: template.identity,
    ...(template.template === undefined ? {} : { template: template.template }),
    ...(options.partitions === undefined ? {} : { partitions: options.partitions.definition }),
    ...(groups === undefined || groups.length === 0 ? {} : { groups: Object.freeze([...groups]) }),
    schema: schema.checked,
    ...(jsonSchema === undefined ? {} : { jsonSchema }),
    ...(options.description === undefined ? {} : { description: options.description }),
    ...(options.owner === undefined ? {} : { owner: options.owner }),
    tags: Object.freeze([...(options.tags ?? [])]),
    meta: frozenJson<JsonObject>(options.meta ?? {}, "E_OPTION", `${where}, meta`),
    ...(options.freshness === undefined ? {} : { freshness: readFreshness(options.freshness, `${where}, freshness`) }),
    ...(options.contract === undefined ? {} : { contract: { file: options.contract.file, onViolation: options.contract.onViolation } }),
  });
}
