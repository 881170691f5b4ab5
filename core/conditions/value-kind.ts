/** What a value is, as an error says it: `null`, `a list of 2`, `a Date`, `an object`, `a string`. Never the value itself, which may be a secret. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) {
    return String(value);
  }
  if (Array.isArray(value)) {
    return `a list of ${value.length}`;
  }
  if (typeof value === "object") {
    const name = (Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null)?.constructor?.name ?? "Object";
    return name === "Object" ? "an object" : `a ${name}`;
  }
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : `a ${typeof value}`;
}
