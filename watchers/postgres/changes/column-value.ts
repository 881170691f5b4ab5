import pg from "pg";
import type { Json } from "../../../core/json.ts";

const { builtins } = pg.types;

/** Numbers that JavaScript holds exactly; `bigint` and `numeric` stay text. */
const NUMBERS: ReadonlySet<number> = new Set([builtins.INT2, builtins.INT4, builtins.FLOAT4, builtins.FLOAT8, builtins.OID]);
const JSONS: ReadonlySet<number> = new Set([builtins.JSON, builtins.JSONB]);
const INSTANTS: ReadonlySet<number> = new Set([builtins.TIMESTAMP, builtins.TIMESTAMPTZ]);

/** Types of arrays with those of their elements: the ones that every server has. */
const ELEMENTS: ReadonlyMap<number, number> = new Map([
  [1000, builtins.BOOL],
  [1001, builtins.BYTEA],
  [1005, builtins.INT2],
  [1007, builtins.INT4],
  [1009, builtins.TEXT],
  [1014, builtins.BPCHAR],
  [1015, builtins.VARCHAR],
  [1016, builtins.INT8],
  [1021, builtins.FLOAT4],
  [1022, builtins.FLOAT8],
  [1115, builtins.TIMESTAMP],
  [1182, builtins.DATE],
  [1185, builtins.TIMESTAMPTZ],
  [1231, builtins.NUMERIC],
  [199, builtins.JSON],
  [2951, builtins.UUID],
  [3807, builtins.JSONB],
]);

/**
 * A value of the log as JSON, as `postgresTable()` has it: `bigint` and `numeric` as text, instants in ISO 8601 with microseconds, arrays and JSON
 * as such. Types that a database made itself (enumerations, domains, composites) are text as Postgres writes it.
 */
export function toColumnValue(type: number, text: string): Json {
  if (type === builtins.BOOL) return text === "t";
  if (NUMBERS.has(type)) {
    const number = Number(text);
    // NaN and the infinities are no numbers of JSON.
    return Number.isFinite(number) ? number : text;
  }
  if (JSONS.has(type)) return JSON.parse(text) as Json;
  if (INSTANTS.has(type)) return toIso(text);
  const element = ELEMENTS.get(type);
  return element === undefined ? text : toElements(element, parseTextArray(text));
}

type Elements = readonly (string | null | Elements)[];

/** Every array is written as one of text. */
const parseTextArray = pg.types.getTypeParser(1009 as never, "text") as (text: string) => Elements;

function toElements(type: number, elements: Elements): readonly Json[] {
  return elements.map((one) => (one === null ? null : typeof one === "string" ? toColumnValue(type, one) : toElements(type, one)));
}

/** `2026-11-23 08:00:00.25+00` becomes `2026-11-23T08:00:00.25+00:00`; `infinity` and years before Christ stay as they are. */
function toIso(text: string): string {
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?(\+00)?$/.test(text) ? text.replace(" ", "T").replace(/\+00$/, "+00:00") : text;
}
