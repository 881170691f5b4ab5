import fc from "fast-check";
import { text } from "./anything.ts";

/** An operation of the API's document, as far as one has to know it to call it. */
export interface Described {
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  /** Fields of its body. */
  readonly fields: readonly string[];
}

export interface Call {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface ApiDocument {
  readonly paths: Record<
    string,
    Record<string, { parameters?: { name: string; in: string }[]; requestBody?: { content: Record<string, { schema?: object }> } }>
  >;
}

export function describedIn({ paths }: ApiDocument): readonly Described[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      ...{ method: method.toUpperCase(), path },
      query: parameters.filter((one) => one.in === "query").map(({ name }) => name),
      fields: Object.keys((requestBody?.content["application/json"]?.schema as { properties?: object } | undefined)?.properties ?? {}),
    })),
  );
}

/** Segments that no encoder makes: half an escape, bytes that are no UTF-8, escapes of escapes, and names that JavaScript has itself. */
const CRAFTED = [
  ...["%", "%zz", "%E0%A4", "%ED%A0%80", "%2f%2f", "%252F", "..%2f..%2fetc%2fpasswd", "%00", "%0d%0aX-Injected:%20yes", "%C0%AE"],
  ...["__proto__", "constructor", "-", "*", "1".repeat(2_000), "a%2Fb%2Fc", "%F0%9F%92%A9", "%20", "%3Cscript%3E"],
];
const DEEP = ["[", '{"a":'].map((open) => open.repeat(20_000));
const BROKEN = [...DEEP, "", "{", "nul", "\0", '{"a":1,}', "NaN", "1e999", '"\\ud800"', `{"dag":"a","dag":"b"}`, "\ufeff{}", `[${"1,".repeat(5_000)}1]`];
const TYPES = [
  "application/json",
  "application/json",
  "application/json",
  "text/plain",
  "application/xml",
  "application/cloudevents+json",
  "multipart/form-data",
  "",
  "x".repeat(500),
];

/** A call of one of these operations as somebody makes it who tries everything. `known` are values that exist. */
export function anyCall(operations: readonly Described[], known: readonly string[]): fc.Arbitrary<Call> {
  const value = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known) }, { weight: 2, arbitrary: text });
  const segment = fc.oneof({ weight: 3, arbitrary: value.map(escaped) }, { weight: 1, arbitrary: fc.constantFrom(...CRAFTED) });
  return fc.constantFrom(...operations).chain(({ method, path, query, fields }) =>
    fc.record({
      method: fc.constant(method),
      path: fc.tuple(fc.array(segment, { minLength: 3, maxLength: 3 }), anyQuery(query, segment)).map(([segments, asked]) => {
        let next = 0;
        return path.replace(/\{\w+\}/g, () => segments[next++] || "-") + asked;
      }),
      ...(method === "GET"
        ? { headers: fc.constant({}) }
        : { headers: fc.constantFrom(...TYPES).map((type) => ({ "content-type": type })), body: anyBody(fields, value) }),
    }),
  );
}

function anyQuery(names: readonly string[], segment: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const name = fc.constantFrom(...names, "limit", "cursor", "nobody");
  return fc
    .array(fc.tuple(name, segment), { maxLength: 3 })
    .map((asked) => (asked.length === 0 ? "" : `?${asked.map(([one, of]) => `${one}=${of}`).join("&")}`));
}

/** JSON of any form, mostly with the right names and the wrong values, and what is no JSON. */
function anyBody(fields: readonly string[], value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const any = fc.oneof(
    value,
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(1e308, -1, 0, true, null, [], {}, ["x"], "2026-11-23T00:00:00Z", "*", { from: "a", to: "b" }),
  );
  const shaped = fc.dictionary(fc.constantFrom(...fields, "reason", "nobody", "__proto__"), any).map((object) => JSON.stringify(object));
  const events = fc.array(fc.dictionary(fc.constantFrom("asset", "id", "source", "time", "partition", "data", "groups", "specversion", "type"), any), {
    maxLength: 3,
  });
  return fc.oneof(
    { weight: 6, arbitrary: shaped },
    { weight: 2, arbitrary: events.map((list) => JSON.stringify(list)) },
    { weight: 2, arbitrary: fc.json() },
    { weight: 2, arbitrary: fc.constantFrom(...BROKEN) },
  );
}

function escaped(one: string): string {
  try {
    return encodeURIComponent(one);
  } catch {
    return "%ED%A0%80";
  }
}
