import { Ajv2020 } from "ajv/dist/2020.js";
import type { JsonObject } from "../../../core/json.ts";

// What OpenLineage 2-0-2 and its facets ask for, in our words: https://openlineage.io/spec/2-0-2/OpenLineage.json and
// https://openlineage.io/spec/facets/. Stricter in one thing: a facet that is none of OpenLineage's has a name that begins with `headgate_`.

const text = { type: "string" };
const time = { type: "string", format: "date-time" };
const uri = { type: "string", format: "uri" };
const uuid = { type: "string", format: "uuid" };

function object(properties: object, required: readonly string[] = Object.keys(properties), rest: object | boolean = false): object {
  return { type: "object", properties, required, additionalProperties: rest };
}

const base = { _producer: uri, _schemaURL: uri };
const own = object(base, Object.keys(base), true);

function facet(name: string, version: string, properties: object, required: readonly string[] = Object.keys(properties)): object {
  const schemaURL = { const: `https://openlineage.io/spec/facets/${version}/${name}.json#/$defs/${name}` };
  return object({ ...base, _schemaURL: schemaURL, ...properties }, ["_producer", "_schemaURL", ...required]);
}

const facets = (known: object): object => ({ type: "object", properties: known, patternProperties: { "^headgate_[a-z]+$": own }, additionalProperties: false });

const field = { $id: "field", ...object({ name: text, type: text, description: text, fields: { type: "array", items: { $ref: "field" } } }, ["name"]) };
const owners = { owners: { type: "array", items: object({ name: text, type: text }, ["name"]) } };
const description = { description: text };

const runFacets = facets({
  nominalTime: facet("NominalTimeRunFacet", "1-0-1", { nominalStartTime: time, nominalEndTime: time }, ["nominalStartTime"]),
  parent: facet("ParentRunFacet", "1-0-1", { run: object({ runId: uuid }), job: object({ namespace: text, name: text }) }),
  errorMessage: facet("ErrorMessageRunFacet", "1-0-1", { message: text, programmingLanguage: text, stackTrace: text }, ["message", "programmingLanguage"]),
});
const jobFacets = facets({
  jobType: facet("JobTypeJobFacet", "2-0-3", { processingType: text, integration: text, jobType: text }, ["processingType", "integration"]),
  ownership: facet("OwnershipJobFacet", "1-0-1", owners, []),
  documentation: facet("DocumentationJobFacet", "1-0-1", description),
});
const datasetFacets = facets({
  schema: facet("SchemaDatasetFacet", "1-1-1", { fields: { type: "array", items: { $ref: "field" } } }, []),
  ownership: facet("OwnershipDatasetFacet", "1-0-1", owners, []),
  documentation: facet("DocumentationDatasetFacet", "1-0-1", description),
  version: facet("DatasetVersionDatasetFacet", "1-0-1", { datasetVersion: text }),
});
const dataset = (more: object): object => object({ namespace: text, name: text, facets: datasetFacets, ...more }, ["namespace", "name"]);
const inputs = { type: "array", items: dataset({ inputFacets: facets({}) }) };
const outputs = { type: "array", items: dataset({ outputFacets: facets({}) }) };
const job = object({ namespace: text, name: text, facets: jobFacets }, ["namespace", "name"]);

const schemaURL = (of: string): object => ({ const: `https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/${of}` });
const event = { eventTime: time, producer: uri };
const eventType = { enum: ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"] };
const run = object({ runId: uuid, facets: runFacets }, ["runId"]);

const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false });
ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
ajv.addFormat("uri", /^[a-z][a-z0-9+.-]*:\S+$/i);
ajv.addFormat("uuid", /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
ajv.addSchema(field);
const validate = ajv.compile({
  oneOf: [
    object({ ...event, schemaURL: schemaURL("RunEvent"), eventType, run, job, inputs, outputs }, ["eventTime", "producer", "schemaURL", "run", "job"]),
    object({ ...event, schemaURL: schemaURL("JobEvent"), job, inputs, outputs }, ["eventTime", "producer", "schemaURL", "job"]),
    object({ ...event, schemaURL: schemaURL("DatasetEvent"), dataset: dataset({}) }),
  ],
});

/** What is wrong with an event of OpenLineage; empty if nothing is. */
export function specIssues(given: JsonObject): readonly string[] {
  return validate(given) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
