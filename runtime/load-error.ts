import { HeadgateError } from "../core/errors.ts";

/** A place in a file of the project. */
interface Place {
  readonly file: string;
  readonly line: number;
}

/** Why a DAG file could not be loaded, as `E_DAG_FILE` with the file and the line that a person has to look at. */
export function loadError(file: string, cause: unknown): HeadgateError {
  const place = placeOf(cause);
  const where = place === undefined ? file : `${place.file}:${place.line}`;
  const hint = HeadgateError.is(cause) && cause.hint !== undefined ? cause.hint : "correct the file; the other DAG files are not affected";
  return new HeadgateError("E_DAG_FILE", `${file} could not be loaded: ${reasonOf(cause)}${place === undefined ? "" : ` (${where})`}`, { where, hint, cause });
}

function reasonOf(cause: unknown): string {
  if (HeadgateError.is(cause)) return `${cause.message} (${cause.code})`;
  if (!(cause instanceof Error)) return `it threw ${typeof cause === "string" ? JSON.stringify(cause) : String(cause)}, which is no Error`;
  // esbuild: "Transform failed with 1 error:\n/path/file.ts:4:6: ERROR: Expected identifier"
  const transform = /ERROR: (.*)/.exec(cause.message);
  return transform?.[1] ?? clean(cause.message).split("\n")[0] ?? cause.name;
}

/** The first place of the stack that is the project's own. */
function placeOf(cause: unknown): Place | undefined {
  if (!(cause instanceof Error)) return undefined;
  const text = clean(`${cause.message}\n${cause.stack ?? ""}`);
  for (const match of text.matchAll(/(?:file:\/\/)?(\/[^\s()'"]+?\.[cm]?[jt]sx?):(\d+)(?::\d+)?/g)) {
    const [, file = "", line] = match;
    if (!file.includes("/node_modules/") && !isOwn(file)) return { file, line: Number(line) };
  }
  return undefined;
}

/** The mark of a load is nothing that a person wrote. */
function clean(text: string): string {
  return text.replace(/[?&]headgate-load=\d+/g, "");
}

const ownRoot = new URL("../", import.meta.url).pathname;

function isOwn(file: string): boolean {
  return file.startsWith(ownRoot) && !file.startsWith(`${ownRoot}dags/`) && !file.startsWith(`${ownRoot}test/`);
}
