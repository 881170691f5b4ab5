import { HeadgateError } from "../errors.ts";
import { placeOf } from "./sql-place.ts";

/** A piece of a script: what is neither code nor parameter is `blank` (space and comments) or `quoted`. */
export interface SqlToken {
  readonly kind: "blank" | "quoted" | "word" | "parameter" | "sign";
  readonly text: string;
  /** Offset in the script. */
  readonly start: number;
}

const LETTER = "A-Za-z_\\u0080-\\uffff";
const BLANK = /(?:\s+|--[^\n]*)+/y;
const QUOTED = /[eE]'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*'|'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*"/y;
const DOLLAR = new RegExp(`\\$(?:[${LETTER}][\\d${LETTER}]*)?\\$`, "y");
const WORD = new RegExp(`[${LETTER}][\\d$${LETTER}]*`, "y");
const NUMBER = /\d[\w.]*/y;
const CAST = /::|:=/y;
const PARAMETER = /\$\d+|:[A-Za-z_]\w*/y;
/** After these a colon is that of a slice, `days[1:n]`, and no parameter. */
const SLICED = /[\w)\]"]/;

/** A script in the pieces of Postgres' own lexer, as far as parameters and ends of statements need them. Throws `E_SQL`. */
export function* tokensOf(script: string, where: string): Generator<SqlToken> {
  let at = 0;

  function match(form: RegExp): string | undefined {
    form.lastIndex = at;
    return form.exec(script)?.[0];
  }

  function next(): Omit<SqlToken, "start"> {
    const blank = match(BLANK);
    if (blank !== undefined) return { kind: "blank", text: blank };
    if (script.startsWith("/*", at)) return { kind: "blank", text: script.slice(at, endOfComment()) };
    const quoted = match(QUOTED);
    if (quoted !== undefined) return { kind: "quoted", text: quoted };
    const dollar = match(DOLLAR);
    if (dollar !== undefined) return { kind: "quoted", text: script.slice(at, endOf(dollar, at + dollar.length)) };
    const word = match(WORD);
    if (word !== undefined) return { kind: "word", text: word };
    const plain = match(NUMBER) ?? match(CAST);
    if (plain !== undefined) return { kind: "sign", text: plain };
    const parameter = match(PARAMETER);
    if (parameter !== undefined && !(parameter.startsWith(":") && SLICED.test(script[at - 1] ?? ""))) return { kind: "parameter", text: parameter };
    const sign = script[at] as string;
    if (sign === "'" || sign === '"') throw notClosed(sign);
    return { kind: "sign", text: sign };
  }

  function endOf(sign: string, from: number): number {
    const found = script.indexOf(sign, from);
    if (found < 0) throw notClosed(sign);
    return found + sign.length;
  }

  /** Comments of SQL may stand inside each other. */
  function endOfComment(): number {
    const ends = /\/\*|\*\//g;
    ends.lastIndex = at + 2;
    for (let open = 1; ; ) {
      const sign = ends.exec(script)?.[0];
      if (sign === undefined) throw notClosed("/*");
      open += sign === "/*" ? 1 : -1;
      if (open === 0) return ends.lastIndex;
    }
  }

  function notClosed(sign: string): HeadgateError {
    return new HeadgateError("E_SQL", `what ${sign} opens is not closed`, { where: `${where}:${placeOf(script, at)}` });
  }

  while (at < script.length) {
    const { kind, text } = next();
    yield { kind, text, start: at };
    at += text.length;
  }
}
