import { docLines, type Schema, schemaType } from "./schema-type.ts";

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema?: Schema;
    readonly description?: string;
  }[];
  readonly requestBody?: Content;
  readonly responses?: Readonly<Record<string, Content>>;
}

/** The part of an OpenAPI document that types are made from. */
export interface Described {
  readonly paths?: Readonly<Record<string, object>>;
  readonly components?: { readonly schemas?: object };
}

const METHODS = ["get", "post", "put", "delete"] as const;

/** A module of TypeScript with an interface or type for each schema of the document, and one for all operations. */
export function documentTypes({ paths = {}, components = {} }: Described): string {
  const schemas = Object.entries(components.schemas ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)) as [string, Schema][];
  const named = schemas.map(([name, schema]) => {
    const type = schemaType(schema);
    return [
      ...docLines(schema.description),
      type.startsWith("{") && type.endsWith("}") && !type.includes("\n} ") ? `export interface ${name} ${type}` : `export type ${name} = ${type};`,
    ].join("\n");
  });
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = (item as Partial<Record<string, Operation>>)[method];
      return operation === undefined ? [] : operationLines(`${method.toUpperCase()} ${path}`, operation);
    }),
  );
  return [
    "// Made from the API's document by `npm run api:types`; a test compares the two.\n",
    ...named.map((text) => `${text}\n`),
    "/** Every operation by its method and path: what stands in its path and its query, what is posted, what it answers. */",
    "export interface Operations {",
    ...operations,
    "}\n",
  ].join("\n");
}

function operationLines(name: string, { summary, parameters = [], requestBody, responses = {} }: Operation): readonly string[] {
  const inner = "    ";
  const body = Object.values(requestBody?.content ?? {})[0]?.schema;
  const [good] = Object.entries(responses).flatMap(([status, response]) => (/^2/.test(status) ? [response] : []));
  const answer = Object.values(good?.content ?? {})[0]?.schema;
  const part = (place: string): string => {
    const found = parameters.filter((one) => one.in === place);
    return schemaType(
      {
        type: "object",
        additionalProperties: false,
        properties: Object.fromEntries(
          found.map((one) => [one.name, { ...one.schema, ...(one.description === undefined ? {} : { description: one.description }) }]),
        ),
        required: found.flatMap((one) => (one.required === true ? [one.name] : [])),
      },
      inner,
    );
  };
  return [
    ...docLines(summary, "  "),
    `  readonly ${JSON.stringify(name)}: {`,
    `${inner}readonly params: ${part("path")};`,
    `${inner}readonly query: ${part("query")};`,
    `${inner}readonly body: ${body === undefined ? "undefined" : schemaType(body, inner)};`,
    `${inner}readonly answer: ${answer === undefined ? "undefined" : schemaType(answer, inner)};`,
    "  };",
  ];
}
