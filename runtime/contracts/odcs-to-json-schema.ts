import type { Json, JsonObject } from "../../core/json.ts";

/** An element of the `schema` of an ODCS document: an object, a property, or what an array has. Only what is checked here. */
export interface OdcsElement {
  readonly name?: string;
  readonly logicalType?: string;
  readonly logicalTypeOptions?: JsonObject;
  readonly required?: boolean;
  readonly primaryKey?: boolean;
  readonly properties?: readonly OdcsElement[];
  readonly items?: OdcsElement;
  readonly quality?: readonly OdcsQuality[];
}

interface OdcsQuality {
  readonly metric?: string;
  /** What `metric` was called in version 3.0. */
  readonly rule?: string;
  readonly mustBe?: number;
  readonly arguments?: { readonly validValues?: readonly Json[]; readonly pattern?: string };
}

const TEXT_FORMS: Readonly<Record<string, string>> = {
  date: "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$",
  timestamp: "^\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:?\\d\\d)?$",
  time: "^\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:?\\d\\d)?$",
};
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  string: ["minLength", "maxLength", "pattern"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  integer: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  array: ["minItems", "maxItems", "uniqueItems"],
  object: ["minProperties", "maxProperties"],
};
/** Metrics that say, with `mustBe: 0`, that a value has to be there. */
const ABSENCE = ["nullValues", "missingValues", "nullCheck", "nullCount"];

/**
 * What an object of a contract says of one record, as JSON Schema: types, required and primary keys, options of the types, and of the quality
 * rules those of the library that hold for each record by itself (no nulls, no invalid values). What is said of all records together, as
 * uniqueness, is nothing that one event can break, and left out. Fields that the contract does not name may be there.
 */
export function odcsToJsonSchema(element: OdcsElement): JsonObject {
  const { logicalType = element.properties === undefined ? undefined : "object", logicalTypeOptions = {}, properties, items } = element;
  const options = Object.fromEntries(
    (OPTIONS[logicalType ?? ""] ?? []).flatMap((name) => (name in logicalTypeOptions ? [[name, logicalTypeOptions[name] as Json]] : [])),
  );
  const pattern = TEXT_FORMS[logicalType ?? ""];
  const said: JsonObject[] = (element.quality ?? []).flatMap(validValues);
  const type = logicalType === undefined ? {} : { type: typeOf(logicalType, isNeeded(element)) };
  return {
    ...type,
    ...options,
    ...(pattern === undefined ? {} : { pattern }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(properties.map((property) => [property.name ?? "", odcsToJsonSchema(property)])),
          required: [...new Set([...properties.flatMap((property) => (isNeeded(property) ? [property.name ?? ""] : [])), ...requiredOf(logicalTypeOptions)])],
        }),
    ...(items === undefined ? {} : { items: odcsToJsonSchema(items) }),
    ...(said.length === 0 ? {} : { allOf: said }),
  };
}

function typeOf(logicalType: string, needed: boolean): Json {
  const type = logicalType in TEXT_FORMS ? "string" : logicalType;
  return needed || type === "object" ? type : [type, "null"];
}

function isNeeded({ required, primaryKey, quality = [] }: OdcsElement): boolean {
  return required === true || primaryKey === true || quality.some(({ metric, rule, mustBe }) => mustBe === 0 && ABSENCE.includes(metric ?? rule ?? ""));
}

function requiredOf(options: JsonObject): readonly string[] {
  return Array.isArray(options.required) ? options.required.filter((name): name is string => typeof name === "string") : [];
}

function validValues({ metric, rule, mustBe, arguments: given }: OdcsQuality): JsonObject[] {
  if (mustBe !== 0 || (metric ?? rule) !== "invalidValues" || given === undefined) return [];
  return [
    ...(given.validValues === undefined ? [] : [{ anyOf: [{ enum: [...given.validValues] }, { type: "null" }] }]),
    ...(given.pattern === undefined ? [] : [{ pattern: given.pattern }]),
  ];
}
