import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";

interface ActionRoute<Path extends string, Params extends z.ZodRawShape, Body extends z.ZodRawShape, Ok extends z.ZodType, Status extends 200 | 201 | 202> {
  /** As OpenAPI writes it: `/v1/dags/{dag}/pause`. */
  readonly path: Path;
  /** The resource, for grouping in the document. */
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: Params;
  /** Fields of the body, which may be `{}`. */
  readonly body?: Body;
  readonly ok: Ok;
  /** @default 200 */
  readonly status?: Status;
}

type Empty = Readonly<Record<never, never>>;

/** A `POST` that changes something and answers with JSON. Fields that it does not list are refused. */
export function actionRoute<
  const Path extends string,
  Ok extends z.ZodType,
  Params extends z.ZodRawShape = Empty,
  Body extends z.ZodRawShape = Empty,
  const Status extends 200 | 201 | 202 = 200,
>({ path, tag, summary, description, params = {} as Params, body = {} as Body, ok, status = 200 as Status }: ActionRoute<Path, Params, Body, Ok, Status>) {
  return createRoute({
    ...{ method: "post", path, tags: [tag], summary },
    ...(description === undefined ? {} : { description }),
    request: { params: z.object(params), body: { required: true, content: { "application/json": { schema: z.strictObject(body) } } } },
    responses: { [status]: { description: summary, content: { "application/json": { schema: ok } } } } as {
      readonly [S in Status]: { readonly description: string; readonly content: { readonly "application/json": { readonly schema: Ok } } };
    },
  } as const satisfies RouteConfig);
}
