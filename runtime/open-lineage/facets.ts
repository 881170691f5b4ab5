import type { CatalogAsset } from "../../core/catalog.ts";
import type { Json, JsonObject } from "../../core/json.ts";

export const PRODUCER = "urn:headgate";
const SPEC = "https://openlineage.io/spec";
const CORE = `${SPEC}/2-0-2/OpenLineage.json#/$defs`;

/** The form of an event, as its `schemaURL`. */
export function schemaUrl(of: "RunEvent" | "JobEvent" | "DatasetEvent"): string {
  return `${CORE}/${of}`;
}

const VERSIONS = {
  SchemaDatasetFacet: "1-1-1",
  OwnershipDatasetFacet: "1-0-1",
  OwnershipJobFacet: "1-0-1",
  DocumentationDatasetFacet: "1-0-1",
  DocumentationJobFacet: "1-0-1",
  DatasetVersionDatasetFacet: "1-0-1",
  JobTypeJobFacet: "2-0-3",
  NominalTimeRunFacet: "1-0-1",
  ParentRunFacet: "1-0-1",
  ErrorMessageRunFacet: "1-0-1",
} as const;

/** One of OpenLineage's own facets. */
export function facet(name: keyof typeof VERSIONS, fields: JsonObject): JsonObject {
  return { _producer: PRODUCER, _schemaURL: `${SPEC}/facets/${VERSIONS[name]}/${name}.json#/$defs/${name}`, ...fields };
}

/** One of ours, under a name that begins with `headgate_`. It has no schema but that of all facets of its kind. */
export function ownFacet(kind: "RunFacet" | "InputDatasetFacet" | "OutputDatasetFacet", fields: JsonObject): JsonObject {
  return { _producer: PRODUCER, _schemaURL: `${CORE}/${kind}`, ...fields };
}

/** What the definition of an asset says of its dataset. */
export function datasetFacets(asset: CatalogAsset | undefined): Readonly<Record<string, JsonObject>> {
  if (asset === undefined) return {};
  const fields = fieldsOf(asset.jsonSchema);
  return {
    ...(fields.length === 0 ? {} : { schema: facet("SchemaDatasetFacet", { fields }) }),
    ...(asset.owner === undefined ? {} : { ownership: facet("OwnershipDatasetFacet", { owners: [{ name: asset.owner }] }) }),
    ...(asset.description === undefined ? {} : { documentation: facet("DocumentationDatasetFacet", { description: asset.description }) }),
  };
}

/** The fields of a JSON Schema of an object, with their types as it names them. */
function fieldsOf(schema: Json | undefined): JsonObject[] {
  const properties = objectOf(objectOf(schema).properties);
  return Object.entries(properties).map(([name, property]) => {
    const { type, format, description, properties: inner, items } = objectOf(property);
    const nested = inner === undefined ? fieldsOf(items) : fieldsOf(property);
    const said = Array.isArray(type) ? type.join(" | ") : typeof type === "string" ? type : undefined;
    return {
      name,
      ...(said === undefined ? {} : { type: typeof format === "string" ? format : said }),
      ...(typeof description === "string" ? { description } : {}),
      ...(nested.length === 0 ? {} : { fields: nested }),
    };
  });
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
