import { z } from "@hono/zod-openapi";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import type { EventInput } from "../../core/event.ts";
import { isTraceparent } from "../../core/traceparent.ts";
import { jsonObject } from "../frame/fields.ts";
import { RefusedRequest } from "../frame/problem.ts";

/** The forms in which events are posted. */
const EVENT_TYPES = ["application/json", "application/cloudevents+json", "application/cloudevents-batch+json"] as const;

/** An event in our own form. */
export const PostedEvent = z
  .strictObject({
    asset: z.string().min(1),
    id: z.string().min(1).optional(),
    source: z.string().min(1).optional(),
    time: z.iso.datetime({ offset: true, message: "an instant is ISO 8601 with a zone" }).optional(),
    partition: z.string().nullable().optional(),
    data: jsonObject.optional(),
    groups: z.array(z.string()).optional(),
    traceparent: z.string().optional(),
  })
  .openapi("PostedEvent");

/** An event as CloudEvents 1.0 writes it. */
export const CloudEvent = z
  .looseObject({
    specversion: z.literal("1.0"),
    id: z.string().min(1),
    source: z.string().min(1),
    type: z.string().min(1),
    subject: z.string().min(1).optional(),
    time: z.iso.datetime({ offset: true }).optional(),
    data: z.unknown().optional(),
    data_base64: z.string().optional(),
    partitionkey: z.string().optional(),
    asset: z.string().min(1).optional(),
    traceparent: z.string().optional(),
  })
  .openapi("CloudEvent");

export interface PostedEvents {
  readonly contentType: string;
  readonly body: Uint8Array;
  /** By name in lower case. */
  readonly header: (name: string) => string | undefined;
}

/**
 * Reads what was posted: one event or an array in our own form, one CloudEvent, a batch of them, or one in headers (`ce-id`, ...).
 * The asset of a CloudEvent is its extension `asset`, else its `subject` where that is a URI, else its `source`; the partition is its
 * `partitionkey`. Throws `E_API_REQUEST` and `E_EVENT`, with the place of the event in the array.
 */
export function readEvents(posted: PostedEvents): readonly EventInput[] {
  const type = posted.contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  if (posted.header("ce-specversion") !== undefined) return [toEvent(fromHeaders(posted, type), 0)];
  if (!(EVENT_TYPES as readonly string[]).includes(type)) {
    throw new RefusedRequest(415, "E_API_REQUEST", `the content type "${type}" is not taken`, { hint: `post ${EVENT_TYPES.join(", ")}` });
  }
  const value = parse(posted.body);
  const many = Array.isArray(value);
  if (type === "application/cloudevents-batch+json" && !many) throw new HeadgateError("E_API_REQUEST", "a batch of CloudEvents is an array");
  const list: readonly unknown[] = many ? value : [value];
  if (list.length === 0) throw new HeadgateError("E_API_REQUEST", "there is no event in the body", { hint: "post at least one" });
  return list.map((one, index) => (type === "application/json" && !isCloudEvent(one) ? (checked(PostedEvent, one, index) as EventInput) : toEvent(one, index)));
}

function isCloudEvent(value: unknown): boolean {
  return typeof value === "object" && value !== null && "specversion" in value;
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8"));
  } catch (error) {
    throw new HeadgateError("E_API_REQUEST", `the body is no JSON: ${messageOf(error)}`);
  }
}

/** The binary mode: attributes in headers, the data in the body. */
function fromHeaders({ header, body }: PostedEvents, type: string): unknown {
  const names = ["specversion", "id", "source", "type", "subject", "time", "partitionkey", "asset", "traceparent"];
  const attributes = names.flatMap((name) => {
    const value = header(`ce-${name}`);
    return value === undefined ? [] : [[name, decoded(name, value)] as const];
  });
  const isJson = type === "application/json" || type.endsWith("+json");
  const data = body.byteLength === 0 ? {} : isJson ? { data: parse(body) } : { data: { text: Buffer.from(body).toString("utf8") } };
  return { ...Object.fromEntries(attributes), ...data };
}

/** Headers of CloudEvents are percent-encoded. */
function decoded(name: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new HeadgateError("E_API_REQUEST", `the header ce-${name} is not percent-encoded text`, { where: `header ce-${name}`, hint: "write % as %25" });
  }
}

function toEvent(value: unknown, index: number): EventInput {
  const { id, source, type, subject, time, partitionkey, asset, data, data_base64, traceparent } = checked(CloudEvent, value, index);
  const isObject = typeof data === "object" && data !== null && !Array.isArray(data);
  const given = data_base64 === undefined ? data : { base64: data_base64 };
  const named = asset ?? (subject !== undefined && /^[a-z][a-z0-9+.-]+:/i.test(subject) ? subject : source);
  return {
    asset: named,
    id,
    source,
    ...(time === undefined ? {} : { time }),
    ...(isTraceparent(traceparent) ? { traceparent } : {}),
    ...(partitionkey === undefined ? {} : { partition: partitionkey }),
    // Data of an event is an object: anything else is put into one, and the type is kept where nothing else has its name.
    data: jsonObject.parse(isObject && data_base64 === undefined ? data : given === undefined ? { type } : { type, value: given }),
  };
}

function checked<T>(schema: z.ZodType<T>, value: unknown, index: number): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new HeadgateError("E_EVENT", `event ${index} is malformed: ${issue?.path.join(".") || "it"}: ${issue?.message}`, {
    where: `[${index}]${issue?.path.length ? `.${issue.path.join(".")}` : ""}`,
    hint: 'post at least { "asset": "s3://bucket/path" }, or a CloudEvent 1.0',
  });
}
