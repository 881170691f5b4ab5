/** Airflow's instants have microseconds, and leave them out where they are zero: compared as numbers, microseconds since 1970. */

/** Throws `RangeError` for what is no ISO 8601 with a zone. */
export function toMicros(instant: string): number {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-]\d\d:?\d\d)$/.exec(instant);
  const ms = match === null ? Number.NaN : Date.parse(`${match[1]}${match[3]}`);
  if (Number.isNaN(ms)) throw new RangeError(`${JSON.stringify(instant)} is no instant`);
  return ms * 1000 + Number((match?.[2] ?? "").padEnd(6, "0"));
}

/** ISO 8601 in UTC with all six digits. */
export function fromMicros(micros: number): string {
  const ms = Math.floor(micros / 1000);
  return new Date(ms).toISOString().replace("Z", `${String(micros - ms * 1000).padStart(3, "0")}Z`);
}
