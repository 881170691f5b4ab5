import { type Finding, findingText, type Severity } from "../text/finding-text.ts";
import { type ColorChoice, createPaint, type Paint } from "../text/paint.ts";

export const FORMATS = ["text", "json", "jsonl"] as const;
export type Format = (typeof FORMATS)[number];

/** Where a command says things: its result on stdout, everything else on stderr. */
export interface Output {
  readonly format: Format;
  /** For what goes to stdout. */
  readonly paint: Paint;
  /** Columns of the terminal; Infinity where stdout is none, so that nothing is cut on its way into a file or a pipe. */
  readonly width: number;
  /** The one instant that all relative times of this command refer to. */
  readonly now: number;
  /** The result, once: JSON as it is, or for people as `text` says. `jsonl` writes a list one item a line. */
  result(data: unknown, text: () => string): void;
  /** What a person wants to know on the way. Not said where the result is JSON. */
  note(line: string): void;
  /** Something that is wrong with the input. Not said where the result is JSON: it has a place in there. */
  finding(severity: Severity, finding: Finding): void;
}

export interface OutputOptions {
  readonly format: Format;
  readonly color: ColorChoice;
  readonly stdout?: NodeJS.WriteStream;
  readonly stderr?: NodeJS.WriteStream;
}

export function createOutput({ format, color, stdout = process.stdout, stderr = process.stderr }: OutputOptions): Output {
  const choice = format === "text" ? color : "never";
  const aside = createPaint(choice, stderr);
  const say = (line: string): void => {
    if (format === "text") stderr.write(`${line}\n`);
  };
  return {
    format,
    paint: createPaint(choice, stdout),
    width: stdout.isTTY === true ? stdout.columns : Number.POSITIVE_INFINITY,
    now: Date.now(),
    result: (data, text) => stdout.write(`${format === "text" ? text() : jsonText(data, format)}\n`),
    note: (line) => say(aside.dim(line)),
    finding: (severity, finding) => say(findingText(severity, finding, aside)),
  };
}

function jsonText(data: unknown, format: "json" | "jsonl"): string {
  if (format === "json") return JSON.stringify(data, undefined, 2);
  return (Array.isArray(data) ? data : [data]).map((item) => JSON.stringify(item)).join("\n");
}
