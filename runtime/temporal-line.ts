import { messageOf } from "../core/errors.ts";

/** What the SDK says of where it is, and a person does not look for. */
const NOISE = new Set(["sdkComponent", "taskQueue", "isLocal", "namespace", "taskToken", "workflowRunId", "activityId", "workflowType"]);

/** A line of the SDK as our log has it: with the message of its error, and without the SDK's own addresses. */
export function temporalLine(
  message: string,
  meta: Readonly<Record<string, unknown>> = {},
): { readonly text: string; readonly fields: Readonly<Record<string, unknown>> } {
  const { error, activityType, attempt, workflowId, ...rest } = meta;
  const why = error === undefined ? "" : `: ${messageOf(error).split("\n", 1)[0]}`;
  const fields = { ...(workflowId === undefined ? {} : { run: workflowId }), ...Object.fromEntries(Object.entries(rest).filter(([name]) => !NOISE.has(name))) };
  if (activityType === undefined) return { text: message + why, fields: attempt === undefined ? fields : { ...fields, attempt } };
  const said = message.replace(/^Activity /, "");
  return { text: `${String(activityType)} ${said}${attempt === undefined ? "" : ` in attempt ${String(attempt)}`}${why}`, fields };
}
