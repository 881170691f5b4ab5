import type { Filter } from "../condition.ts";
import { HeadgateError } from "../errors.ts";
import type { AssetEvent } from "../event.ts";
import type { Json } from "../json.ts";
import { compileGlob } from "./glob.ts";
import { compilePath } from "./path.ts";
import { compileTimeTest } from "./time-filter.ts";
import { compareText, deepEqual, type Refuse, type ValueTest } from "./value-test.ts";

type EventTest = (event: AssetEvent) => boolean;

/** Operators of one field; `tz` stands beside `between` on `$time` only. */
const OPERATORS: Readonly<Record<string, (operand: Json, refuse: Refuse) => ValueTest>> = {
  eq: (operand) => equals(operand),
  ne: (operand) => not(equals(operand)),
  gt: (operand) => ordered(operand, (order) => order > 0),
  gte: (operand) => ordered(operand, (order) => order >= 0),
  lt: (operand) => ordered(operand, (order) => order < 0),
  lte: (operand) => ordered(operand, (order) => order <= 0),
  in: (operand, refuse) => isOneOf(operand, refuse),
  notIn: (operand, refuse) => not(isOneOf(operand, refuse)),
  glob: (operand, refuse) => {
    if (typeof operand !== "string") return refuse("glob needs a text");
    const matches = compileGlob(operand);
    return (value) => typeof value === "string" && matches(value);
  },
  exists: (operand, refuse) => {
    if (typeof operand !== "boolean") return refuse("exists needs true or false");
    return (value) => (value !== undefined) === operand;
  },
  between: (operand, refuse) => {
    if (!Array.isArray(operand) || operand.length !== 2) return refuse("between needs a list of two values, the start (included) and the end (excluded)");
    const fromStart = ordered(operand[0] as Json, (order) => order >= 0);
    const beforeEnd = ordered(operand[1] as Json, (order) => order < 0);
    return (value) => fromStart(value) && beforeEnd(value);
  },
};

/**
 * Compiles a filter into one test of events. SEMANTICS section 3: strict by type, fields and operators joined by and,
 * `and`, `or` and `not` between filters; an empty filter holds.
 *
 * @param where - path of the filter for errors, such as `dags[0].on.where`
 * @throws E_CONDITION for an unknown operator or envelope field, or a malformed operand.
 * @example
 * compileFilter({ rows: { gt: 0 }, $source: "etl" })(event);
 */
export function compileFilter(filter: Filter, where?: string): EventTest {
  if (!isObject(filter)) throw refusal(where)("a filter is an object from paths to values or operators");
  const tests = Object.entries(filter).map(([path, test]) => compileEntry(path, test as Json, where === undefined ? path : `${where}.${path}`));
  return every(tests);
}

function compileEntry(path: string, test: Json, where: string): EventTest {
  if (path === "and" || path === "or") {
    if (!Array.isArray(test)) throw refusal(where)(`${path} needs a list of filters`);
    const tests = test.map((filter: Json, index) => compileFilter(filter as Filter, `${where}[${index}]`));
    return path === "and" ? every(tests) : (event) => tests.some((holds) => holds(event));
  }
  if (path === "not") {
    const holds = compileFilter(test as Filter, where);
    return (event) => !holds(event);
  }
  const operators: { readonly [operator: string]: Json } = isObject(test) ? test : { eq: test };
  if (path === "$time") return compileTimeTest(operators, where, OPERATORS);
  const read = compilePath(path, where);
  const tests = Object.entries(operators).map(([operator, operand]) => compileOperator(operator, operand, where));
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return (event) => only(read(event));
  return (event) => {
    const value = read(event);
    return tests.every((holds) => holds(value));
  };
}

function compileOperator(operator: string, operand: Json, where: string): ValueTest {
  const compile = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (compile === undefined) {
    const why = operator === "tz" ? "tz stands beside between on $time only" : `${JSON.stringify(operator)} is no operator`;
    throw refusal(where)(why, `operators are ${Object.keys(OPERATORS).join(", ")}; an object to compare with is written {"eq": {...}}`);
  }
  return compile(operand, (why) => {
    throw refusal(`${where}.${operator}`)(why);
  });
}

function every(tests: readonly EventTest[]): EventTest {
  const [first, second, third] = tests;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  if (third === undefined) return (event) => first(event) && second(event);
  return (event) => {
    for (const holds of tests) if (!holds(event)) return false;
    return true;
  };
}

function equals(operand: Json): ValueTest {
  return typeof operand === "object" && operand !== null ? (value) => value !== undefined && deepEqual(value, operand) : (value) => value === operand;
}

function not(test: ValueTest): ValueTest {
  return (value) => !test(value);
}

/** Numbers with numbers, text with text; anything else is false. */
function ordered(operand: Json, holds: (order: number) => boolean): ValueTest {
  if (typeof operand === "number") return (value) => typeof value === "number" && holds(value - operand);
  if (typeof operand === "string") return (value) => typeof value === "string" && holds(compareText(value, operand));
  return () => false;
}

function isOneOf(operand: Json, refuse: Refuse): ValueTest {
  if (!Array.isArray(operand)) return refuse("in and notIn need a list");
  const list = operand as readonly Json[];
  const plain = new Set<Json | undefined>(list.filter((item) => typeof item !== "object" || item === null));
  const deep = list.filter((item) => typeof item === "object" && item !== null).map(equals);
  return deep.length === 0 ? (value) => plain.has(value) : (value) => plain.has(value) || deep.some((same) => same(value));
}

function isObject(value: unknown): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refusal(where: string | undefined): (why: string, hint?: string) => HeadgateError {
  return (why, hint) =>
    new HeadgateError("E_CONDITION", `the filter is malformed: ${why}`, { ...(hint === undefined ? {} : { hint }), ...(where === undefined ? {} : { where }) });
}
