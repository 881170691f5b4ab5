import { HeadgateError, messageOf } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import { createAvroReader } from "./avro.ts";
import type { ValueFormat } from "./value-format.ts";

/** Before each value: a zero, and the number of its schema. */
const HEADER = 5;
/** Milliseconds that the registry may take for an answer. */
const TIMEOUT = 10_000;

interface Registered {
  readonly schema: string;
  /** @default "AVRO" */
  readonly schemaType?: string;
  readonly references?: readonly { readonly subject: string; readonly version: number }[];
}

/**
 * Values in the wire format of Confluent's Schema Registry, in Avro or JSON: each carries the number of its schema, which is asked of the
 * registry once a session. `connection` names the registry: `https://user:password@host:8081`. Avro needs the package `avsc`. A registry that
 * does not answer is a trouble of the source, and nothing is lost; a value without a known schema is a dead letter.
 *
 * @see https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
 * @example
 * watch("orders", kafka<{ id: string }>({ values: schemaRegistry("schemas") }), { publishes: asset("kafka://streams/orders") });
 */
export function schemaRegistry(connection: string): ValueFormat {
  return {
    name: "value of a known schema",
    open: async (context) => {
      const ask = createAsk(new URL(context.connection(connection)), connection, context.signal);
      const readers = new Map<number, Promise<(bytes: Buffer) => Json>>();
      return async (bytes) => {
        if (bytes.length < HEADER || bytes[0] !== 0) throw new Error("it does not begin with a zero and the number of a schema");
        const id = bytes.readUInt32BE(1);
        let reader = readers.get(id);
        if (reader === undefined) {
          reader = openReader(await ask(`schemas/ids/${id}`), ask);
          readers.set(id, reader);
          // What failed is asked for again with the next value.
          reader.catch(() => readers.delete(id));
        }
        return (await reader)(bytes.subarray(HEADER));
      };
    },
  };
}

type Ask = (path: string) => Promise<Registered>;

async function openReader(registered: Registered, ask: Ask): Promise<(bytes: Buffer) => Json> {
  const { schemaType = "AVRO", schema } = registered;
  if (schemaType === "JSON") return (bytes) => JSON.parse(bytes.toString("utf8")) as Json;
  if (schemaType !== "AVRO") throw new Error(`its schema is in ${schemaType}; Avro and JSON are read`);
  return await createAvroReader(schema, await referredTo(registered, ask));
}

/** The schemas that a schema refers to, each once, those that need no other first. */
async function referredTo({ references = [] }: Registered, ask: Ask, known = new Map<string, string>()): Promise<readonly string[]> {
  for (const { subject, version } of references) {
    const name = `${subject}/${version}`;
    if (known.has(name)) continue;
    const found = await ask(`subjects/${encodeURIComponent(subject)}/versions/${version}`);
    await referredTo(found, ask, known);
    known.set(name, found.schema);
  }
  return [...known.values()];
}

function createAsk(url: URL, connection: string, signal: AbortSignal): Ask {
  const { username, password, protocol, host, pathname } = url;
  const base = `${protocol}//${host}${pathname.replace(/\/?$/, "/")}`;
  const login =
    username === "" ? {} : { authorization: `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64")}` };
  return async (path) => {
    const trouble = (what: string, cause?: unknown): HeadgateError =>
      new HeadgateError("E_SOURCE", `the schema registry ${what}`, { where: `connection "${connection}", ${path}`, ...(cause === undefined ? {} : { cause }) });
    let response: Response;
    try {
      response = await fetch(base + path, {
        headers: { accept: "application/vnd.schemaregistry.v1+json", ...login },
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
        redirect: "error",
      });
    } catch (error) {
      throw trouble(`does not answer: ${messageOf(error)}`, error);
    }
    if (response.status === 404) throw new Error(`the registry has no ${path}`);
    if (!response.ok) throw trouble(`answers ${response.status}`);
    return (await response.json()) as Registered;
  };
}
