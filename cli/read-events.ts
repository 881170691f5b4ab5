import { HeadgateError, messageOf } from "../core/errors.ts";
import type { EventInput } from "../core/event.ts";

/** Events as text: one JSON object, an array of them, or one a line. `asset` stands in for events that do not name one. */
export function readEvents(text: string, where: string, asset: string | undefined): readonly EventInput[] {
  return values(text.trim(), where).map(({ value, at }) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new HeadgateError("E_EVENT", `an event is a JSON object, got ${JSON.stringify(value)?.slice(0, 80)}`, {
        where: at,
        hint: 'write { "asset": "s3://bucket/path", "data": {} }',
      });
    }
    const event = { ...(asset === undefined ? {} : { asset }), ...value } as EventInput;
    if (typeof event.asset !== "string")
      throw new HeadgateError("E_EVENT", "the event names no asset", {
        where: at,
        hint: "add `asset`, or give the asset as an argument: `headgate publish <asset> -`",
      });
    return event;
  });
}

function values(text: string, where: string): readonly { readonly value: unknown; readonly at: string }[] {
  if (text === "")
    throw new HeadgateError("E_EVENT", "there is no event: the input is empty", { where, hint: "give a JSON object, an array of them, or one a line" });
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.map((value, index) => ({ value: value as unknown, at: `${where}[${index}]` })) : [{ value: parsed, at: where }];
  } catch {
    return text
      .split("\n")
      .flatMap((line, index) => (line.trim() === "" ? [] : [{ value: parseJson(line, `${where}:${index + 1}`), at: `${where}:${index + 1}` }]));
  }
}

/** Throws `E_USAGE` with the place, and with what stands there. */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const shown = text.length > 60 ? `${text.slice(0, 60)}...` : text;
    throw new HeadgateError("E_USAGE", `this is not JSON: ${shown} (${messageOf(cause)})`, {
      where,
      hint: "names and text stand in double quotes; quote the whole for the shell: '{\"rows\": 3}'",
      cause,
    });
  }
}
