import { HeadgateError } from "../errors.ts";
import { placeOf } from "./sql-place.ts";
import { type SqlToken, tokensOf } from "./sql-tokens.ts";

/** One statement of a script, as its server gets it. */
export interface SqlStatement {
  /** With `$1`, `$2`, ... in place of the script's own parameters. */
  readonly text: string;
  /** What those stand for, in their order: names, or places as text ("1"). */
  readonly parameters: readonly string[];
  /** Where the parts of `text` come from, in order: offset in `text`, offset in the script. */
  readonly origins: readonly (readonly [text: number, script: number])[];
}

export interface SqlScript {
  readonly statements: readonly SqlStatement[];
  /** True for a script whose parameters are places: `$1`. */
  readonly byPlace: boolean;
}

/** The offset in the script of a character of a statement. */
export function scriptOffset({ origins }: SqlStatement, offset: number): number {
  const [text, script] = origins.findLast(([start]) => start <= offset) ?? origins[0] ?? [0, 0];
  return script + offset - text;
}

/**
 * Takes a script of Postgres apart: statements end at `;`, parameters are `:name` or `$1`. Nothing else is replaced, so a value can
 * never become SQL. Throws `E_SQL` for what is not closed, for a script without statements, with both kinds of parameters, or with
 * a transaction of its own.
 */
export function readScript(script: string, where: string): SqlScript {
  const statements: SqlStatement[] = [];
  let tokens: SqlToken[] = [];
  // Semicolons inside of parentheses and of `begin atomic ... end` end no statement.
  let depth = 0;
  let atomic = 0;
  for (const token of tokensOf(script, where)) {
    if (token.kind === "sign" && token.text === ";" && depth === 0 && atomic === 0) {
      close();
      continue;
    }
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth = Math.max(0, depth - 1);
    if (token.kind === "word") {
      const word = token.text.toLowerCase();
      if (word === "atomic" && wordBefore() === "begin") atomic += 1;
      else if (atomic > 0 && word === "case") atomic += 1;
      else if (atomic > 0 && word === "end") atomic -= 1;
    }
    tokens.push(token);
  }
  close();
  if (statements.length === 0) throw new HeadgateError("E_SQL", "there is no statement in it", { where });
  const kinds = new Set(statements.flatMap(({ parameters }) => parameters.map((name) => /^\d/.test(name))));
  if (kinds.size > 1) {
    throw new HeadgateError("E_SQL", "it has parameters by name and by place", { where, hint: "write all of them as :name, or all of them as $1" });
  }
  return { statements, byPlace: kinds.has(true) };

  function wordBefore(): string | undefined {
    return tokens.findLast(({ kind }) => kind !== "blank")?.text.toLowerCase();
  }

  function close(): void {
    const code = tokens.filter(({ kind }) => kind !== "blank");
    const first = code[0];
    const last = code.at(-1);
    if (first !== undefined && last !== undefined) {
      refuseTransaction(code, script, where);
      statements.push(toStatement(tokens.slice(tokens.indexOf(first), tokens.indexOf(last) + 1)));
    }
    tokens = [];
    depth = 0;
    atomic = 0;
  }
}

function toStatement(tokens: readonly SqlToken[]): SqlStatement {
  const parameters: string[] = [];
  const origins: (readonly [number, number])[] = [];
  let text = "";
  let shift: number | undefined;
  for (const { kind, text: own, start } of tokens) {
    if (start - text.length !== shift) {
      shift = start - text.length;
      origins.push([text.length, start]);
    }
    if (kind !== "parameter") {
      text += own;
      continue;
    }
    const name = own.slice(1);
    if (!parameters.includes(name)) parameters.push(name);
    text += `$${parameters.indexOf(name) + 1}`;
  }
  return { text, parameters, origins };
}

const TRANSACTION = /^(?:begin|start transaction|commit|end|abort|rollback(?! to| transaction to| work to)|prepare transaction)\b/;

/** All statements are one transaction already; one that ends it would let half of them stay. */
function refuseTransaction(code: readonly SqlToken[], script: string, where: string): void {
  const words = code.slice(0, 3).map(({ text }) => text.toLowerCase());
  if (!TRANSACTION.test(words.join(" "))) return;
  throw new HeadgateError("E_SQL", `"${words[0]}" has no place in it: its statements are one transaction, which begins and ends by itself`, {
    where: `${where}:${placeOf(script, code[0]?.start ?? 0)}`,
    hint: "take it out; what must be a transaction of its own is a task of its own",
  });
}
