import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";

interface ReadRoute<Path extends string, Params extends z.ZodRawShape, Query extends z.ZodRawShape, Ok extends z.ZodType> {
  /** As OpenAPI writes it: `/v1/assets/{asset}`. */
  readonly path: Path;
  /** The resource, for grouping in the document. */
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly ok: Ok;
}

/** A `GET` that answers 200 with JSON. Names of the query that it does not list are refused. */
export function readRoute<const Path extends string, Ok extends z.ZodType, Params extends z.ZodRawShape = Empty, Query extends z.ZodRawShape = Empty>({
  path,
  tag,
  summary,
  description,
  params = {} as Params,
  query = {} as Query,
  ok,
}: ReadRoute<Path, Params, Query, Ok>) {
  return createRoute({
    ...{ method: "get", path, tags: [tag], summary },
    ...(description === undefined ? {} : { description }),
    request: { params: z.object(params), query: strictQuery(query) },
    responses: { 200: { description: summary, content: { "application/json": { schema: ok } } } },
  } as const satisfies RouteConfig);
}

type Empty = Readonly<Record<never, never>>;

/** A query in which every name is known: a filter that is spelt wrongly must not show everything. */
export function strictQuery<Query extends z.ZodRawShape>(shape: Query) {
  const names = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `${issue.keys.join(", ")} is not known; ${names.length === 0 ? "nothing is asked for here" : `known are ${names.join(", ")}`}`
        : undefined,
  });
}
