import { HeadgateError, messageOf } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import { issuesText, validateWithSchema } from "../schema.ts";
import type { TaskContext } from "../tasks/context.ts";
import { toResult } from "../tasks/result.ts";
import { bindParameters } from "./sql-parameters.ts";
import { placeOf } from "./sql-place.ts";
import { readScript, type SqlScript, type SqlStatement, scriptOffset } from "./sql-script.ts";
import type { SqlAnswer } from "./sql-session.ts";
import type { SqlResult, SqlTask } from "./sql-task.ts";

/** What surrounds a script besides the context of its task. */
export interface SqlSurroundings {
  /** The text of a file of the project. */
  readonly readText: (file: string | URL) => Promise<string>;
  /** Longest time of one attempt, in milliseconds. */
  readonly timeout: number;
  readonly now: () => number;
  readonly where: string;
}

/**
 * Runs the script of a task in one transaction: all of it stays, or nothing. The signal stops the statement that runs. Throws `E_SQL`
 * with the place in the file, `E_SQL_PARAM`, `E_CONNECTION`, and what the signal says.
 */
export async function runSql(task: SqlTask, input: unknown, context: TaskContext, surroundings: SqlSurroundings): Promise<SqlResult> {
  const { signal, log } = context;
  const name = task.file === undefined ? surroundings.where : `${surroundings.where}, ${nameOf(task.file)}`;
  const text = task.sql ?? (await surroundings.readText(task.file as string | URL));
  const script = readScript(text, name);
  const given = typeof task.params === "function" ? await task.params(input as never, context as never) : task.params;
  refuseStyle(script, given, name);
  const bound = script.statements.map((statement) => ({ statement, values: bindParameters(statement, given, context, placed(statement, 0)) }));

  const session = await task.connection.session(await context.connection(task.connection), signal);
  const stop = (): void => void session.stop();
  signal.addEventListener("abort", stop, { once: true });
  let last: SqlAnswer = { command: "", rows: [], rowCount: 0 };
  try {
    signal.throwIfAborted();
    await session.begin({ timeout: task.statementTimeout ?? surroundings.timeout, name: `headgate ${context.run.dag}` });
    for (const { statement, values } of bound) {
      signal.throwIfAborted();
      const begun = surroundings.now();
      last = await session.run(statement.text, values, task.maxRows).catch((error: unknown) => fail(error, statement));
      log.info("statement done", { at: placeOf(text, scriptOffset(statement, 0)), command: last.command, rows: last.rowCount, ms: surroundings.now() - begun });
    }
    signal.throwIfAborted();
    // What is deferred to the end is checked here.
    await session.commit().catch((error: unknown) => fail(error));
  } catch (error) {
    await session.close("throw-away");
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
  // Told to stop at the very end: nobody knows which statement of whom that would hit.
  await session.close(signal.aborted ? "throw-away" : "give-back");
  const result: SqlResult = { rows: await checkRows(task, last.rows, name), rowCount: last.rowCount };
  await task.publish?.(result as never, context as never);
  return result;

  function placed(statement: SqlStatement, offset: number): string {
    return `${name}:${placeOf(text, scriptOffset(statement, offset))}`;
  }

  function fail(error: unknown, statement?: SqlStatement): never {
    if (signal.aborted) throw signal.reason;
    const { code, position, detail, hint } = error as { readonly code?: string; readonly position?: string; readonly detail?: string; readonly hint?: string };
    const more = [code === undefined ? "" : ` (SQLSTATE ${code})`, detail === undefined ? "" : `: ${detail}`].join("");
    const place = position === undefined ? 0 : Number(position) - 1;
    throw new HeadgateError("E_SQL", `${messageOf(error)}${more}`, {
      where: statement === undefined ? `${name}, commit` : placed(statement, place),
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function refuseStyle({ byPlace }: SqlScript, given: unknown, where: string): void {
  if (!byPlace || Array.isArray(given)) return;
  throw new HeadgateError("E_SQL_PARAM", "its parameters are places ($1), and params gives none", {
    where,
    hint: "give params a list: params: () => [first, second]",
  });
}

async function checkRows(task: SqlTask, rows: SqlAnswer["rows"], where: string): Promise<readonly JsonObject[]> {
  const json = toResult(rows, where) as readonly JsonObject[];
  const { row } = task;
  if (row === undefined) return json;
  const checked = await Promise.all(json.map((one) => validateWithSchema(row, one)));
  return checked.map((one, index) => {
    if (one.ok) return one.value as JsonObject;
    throw new HeadgateError("E_SQL", `row ${index} does not fit its schema: ${issuesText(one.issues)}`, { where });
  });
}

/** Its path as a person gave it; of a URL what comes after the folders. */
function nameOf(file: string | URL): string {
  return typeof file === "string" ? file : (file.pathname.split("/").at(-1) ?? file.pathname);
}
