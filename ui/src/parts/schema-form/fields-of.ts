/** One field of a form, as a JSON Schema describes it. */
export interface SchemaField {
  readonly name: string;
  readonly label: string;
  readonly about?: string;
  readonly isNeeded: boolean;
  readonly kind: "text" | "number" | "whole" | "boolean" | "choice" | "date" | "json";
  /** Of a choice. */
  readonly options: readonly unknown[];
  /** What the form begins with, as text. */
  readonly initial: string;
}

type Schema = Readonly<Record<string, unknown>>;

/** The fields of an object's schema in their order; undefined where it is none, such as `true`: then JSON is typed as a whole. */
export function fieldsOf(schema: unknown): readonly SchemaField[] | undefined {
  if (!isSchema(schema) || !isSchema(schema.properties)) return undefined;
  const needed = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties).map(([name, property]) => fieldOf(name, isSchema(property) ? property : {}, needed.includes(name)));
}

function fieldOf(name: string, schema: Schema, isRequired: boolean): SchemaField {
  const options = optionsOf(schema);
  const initial = schema.default === undefined ? "" : typeof schema.default === "string" ? schema.default : JSON.stringify(schema.default);
  return {
    name,
    label: typeof schema.title === "string" ? schema.title : name,
    ...(typeof schema.description === "string" ? { about: schema.description } : {}),
    // A schema of what is sent lists a field with a default as required or not, by its library; the default is there in any case.
    isNeeded: isRequired && schema.default === undefined,
    kind: options.length > 0 ? "choice" : kindOf(schema),
    options,
    initial,
  };
}

function kindOf(schema: Schema): SchemaField["kind"] {
  const types = [schema.type].flat().filter((type) => type !== "null");
  if (types.length !== 1) return "json";
  switch (types[0]) {
    case "string":
      return schema.format === "date" ? "date" : "text";
    case "number":
      return "number";
    case "integer":
      return "whole";
    case "boolean":
      return "boolean";
    default:
      return "json";
  }
}

function optionsOf(schema: Schema): readonly unknown[] {
  if (Array.isArray(schema.enum)) return schema.enum;
  const each = [schema.anyOf, schema.oneOf].find(Array.isArray) as readonly unknown[] | undefined;
  const values = each?.map((one) => (isSchema(one) && "const" in one ? one.const : undefined));
  return values === undefined || values.includes(undefined) ? [] : values;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
