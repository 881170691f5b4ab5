const HOUR = 3_600_000;

/** How far back, as it stands in the address: `24h` goes on meaning the last day. */
export const SINCE = [
  { value: "1h", text: "in the last hour" },
  { value: "24h", text: "in the last day" },
  { value: "168h", text: "in the last 7 days" },
  { value: "720h", text: "in the last 30 days" },
] as const;

/** The instant that a text of the address stands for, to the minute, so that it is the same query for a minute. ISO 8601. */
export function sinceOf(text: string | undefined, now: number): string | undefined {
  if (text === undefined) return undefined;
  const hours = /^(\d{1,5})h$/.exec(text)?.[1];
  if (hours === undefined) return text;
  return new Date(Math.floor((now - Number(hours) * HOUR) / 60_000) * 60_000).toISOString();
}
