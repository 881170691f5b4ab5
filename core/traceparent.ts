const FORM = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Whether a value is a `traceparent` of W3C Trace Context, version 00. The specification wants what is none to be left out, not refused. */
export function isTraceparent(value: unknown): value is string {
  return typeof value === "string" && value.length === 55 && FORM.test(value);
}
