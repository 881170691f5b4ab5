import type { Paint } from "./paint.ts";

export type Severity = "error" | "warning";

/** What is wrong, where, and what to do about it. */
export interface Finding {
  readonly code?: string | undefined;
  readonly message: string;
  readonly where?: string | undefined;
  readonly hint?: string | undefined;
}

/** `error E_X: what` with a line for the place and one for the fix. */
export function findingText(severity: Severity, { code, message, where, hint }: Finding, paint: Paint): string {
  const [what = "", ...more] = message.split("\n");
  const word = severity === "error" ? paint.red(severity) : paint.yellow(severity);
  return [
    `${word} ${code === undefined ? "" : `${paint.bold(code)}: `}${what}`,
    ...more.map((line) => `  ${line}`),
    ...(where === undefined ? [] : [`  ${paint.dim("where:")} ${where}`]),
    ...(hint === undefined ? [] : [`  ${paint.dim("fix:")}   ${hint}`]),
  ].join("\n");
}
