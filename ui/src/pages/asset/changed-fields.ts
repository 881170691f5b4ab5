/** A field that differs; undefined where it is not there. */
export interface ChangedField {
  /** `owner`, `meta.pii`. */
  readonly name: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** What differs between two objects of JSON, by the names of the fields; objects are compared field by field. */
export function changedFields(from: object, to: object, prefix = ""): readonly ChangedField[] {
  const before = from as Readonly<Record<string, unknown>>;
  const after = to as Readonly<Record<string, unknown>>;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [one, other] = [before[name], after[name]];
    if (isObject(one) && isObject(other)) return changedFields(one, other, `${prefix}${name}.`);
    return JSON.stringify(one) === JSON.stringify(other) ? [] : [{ name: prefix + name, from: one, to: other }];
  });
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
