import fc from "fast-check";

export const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string(),
  fc.constantFrom("\0", "%", "..", "'; --", "1e9", "-1", "\ud800", "s3://", "9".repeat(400)),
);

/** Paths and queries as somebody writes them who tries everything: some right, most not. `known` are values that exist. */
export function anyRequest(paths: readonly string[], names: readonly string[], known: readonly string[]): fc.Arbitrary<string> {
  const value = fc.oneof(fc.constantFrom(...known), text);
  const path = fc.tuple(fc.constantFrom(...paths), fc.array(value, { minLength: 3, maxLength: 3 })).map(([template, values]) => {
    let next = 0;
    return template.replace(/\{\w+\}/g, () => escaped(values[next++] ?? ""));
  });
  const query = fc
    .array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 3 })
    .map((asked) => asked.map(([name, one]) => `${name}=${escaped(one)}`).join("&"));
  return fc.tuple(path, query).map((parts) => parts.join("?"));
}

/** A lone surrogate cannot be encoded: its bytes go as they are. */
function escaped(one: string): string {
  try {
    return encodeURIComponent(one);
  } catch {
    return "%ED%A0%80";
  }
}
