import type { SourceLog } from "../../core/source.ts";
import type { TableShape } from "./describe-table.ts";
import { type Follower, PAGE, type SequencePosition, type TableRow } from "./follower.ts";
import { addGaps, dropUpTo, fill, type Holes } from "./holes.ts";
import { OLDEST_START } from "./open-transactions.ts";
import type { TablePlace } from "./place.ts";
import { readRowPage } from "./row-page.ts";
import { gap } from "./server-identity.ts";
import type { TableClient } from "./table-client.ts";

/** So many holes at most are remembered: with more, new rows wait until some are settled. */
const MAX_HOLES = 1_000;

/** The highest number at an instant, and what must be over before everything below it is settled. */
interface Mark {
  readonly top: bigint;
  /** Transactions that were open then are below this one. */
  readonly xmax: bigint;
  /** The server's clock, in milliseconds. */
  readonly at: number;
}

/**
 * Follows a column of growing numbers. A number is taken before its row is committed, so a missing one may still come: it is remembered
 * as a hole until the transactions that could hold it are over. Numbers below a settled mark need no holes: what is missing there was
 * rolled back, or deleted.
 */
export function followBySequence(client: TableClient, shape: TableShape, place: TablePlace, log: SourceLog): Follower<SequencePosition> {
  let marks: readonly Mark[] = [];
  let settled: bigint | undefined;
  let checked = false;

  async function look(crowded: boolean): Promise<void> {
    const [row] = await client.query(
      `select (select max(${shape.version}) from ${shape.name})::text, pg_snapshot_xmin(s)::text, pg_snapshot_xmax(s)::text,
         extract(epoch from clock_timestamp()) * 1000, extract(epoch from (${OLDEST_START})) * 1000
       from pg_current_snapshot() s`,
    );
    const [top, xmin, xmax, at, oldest] = row as readonly [string | null, string, string, string, string];
    if (top === null) return;
    // The highest number is that of the snapshot, so whoever took one up to it began before this instant.
    const now: Mark = { top: BigInt(top), xmax: BigInt(xmax), at: Number(at) };
    const isSettled = (mark: Mark): boolean => now.at - mark.at >= place.margin && BigInt(xmin) >= mark.xmax && (crowded || Number(oldest) > mark.at);
    for (const mark of marks) if (isSettled(mark) && (settled === undefined || mark.top > settled)) settled = mark.top;
    marks = marks.filter((mark) => !isSettled(mark));
    const newest = marks.at(-1);
    // A few marks are enough: one more each quarter of the patience.
    if (newest === undefined || (newest.top < now.top && now.at - newest.at >= place.margin / 4)) marks = [...marks, now];
  }

  async function checkSequence(last: bigint): Promise<void> {
    if (checked) return;
    checked = true;
    const [row] = await client.query(
      `select s.last_value::text, s.cache_size > 1 from pg_sequences s join pg_class c on c.relname = s.sequencename join pg_namespace n on n.oid = c.relnamespace and n.nspname = s.schemaname
       where c.oid = (case when $3 then pg_get_serial_sequence($1, $2) end)::regclass`,
      [shape.name, place.column, shape.ownsRows],
    );
    if (row === undefined) return;
    const [value, cached] = row as readonly [string | null, boolean];
    if (value !== null && BigInt(value) < last) throw gap(place, `number ${last} is done, and the sequence stands at ${value}: it began again`);
    if (cached) {
      log.warn(
        `the sequence of ${place.schema}.${place.table} hands out numbers in advance: a session that uses them ${place.margin / 1000} s later is missed`,
        {
          hint: "follow the table by xid or by timestamp, or alter the sequence to cache 1",
        },
      );
    }
  }

  async function readHoles(holes: Holes): Promise<readonly TableRow[]> {
    if (holes.length === 0) return [];
    const ranges = holes.map(([from, to]) => `${shape.version} between ${from} and ${to}`);
    return readRowPage(client, shape, { where: `(${ranges.join(" or ")})` });
  }

  return {
    begin: async (startAt) => ({ position: startAt === "beginning" ? { sequence: LOWEST } : await newestPosition(client, shape), known: [] }),
    page: async (position) => {
      const last = BigInt(position.sequence);
      let holes: Holes = (position.holes ?? []).map(([from, to]) => [BigInt(from), BigInt(to)]);
      await checkSequence(last);
      await look(holes.length >= MAX_HOLES);
      // From here on every snapshot shows what there is up to `settled`.
      const late = await readHoles(holes);
      holes = fill(holes, late.map(numberOf));
      if (settled !== undefined && late.length < PAGE) holes = dropUpTo(holes, settled);
      const crowded = holes.length >= MAX_HOLES;
      const floor = settled !== undefined && settled > last ? settled : last;
      const fresh =
        crowded && floor === last
          ? []
          : await readRowPage(client, shape, {
              ...(position.sequence === LOWEST ? {} : { after: { version: (last + 1n).toString() } }),
              ...(crowded ? { where: `${shape.version} <= ${floor}` } : {}),
            });
      const numbers = fresh.map(numberOf);
      const unsettled = numbers.filter((number) => number > floor);
      const highest = numbers.at(-1) ?? last;
      holes = addGaps(holes, floor, unsettled);
      return {
        rows: [...late, ...fresh].sort((a, b) => (numberOf(a) < numberOf(b) ? -1 : 1)),
        position: { sequence: highest.toString(), ...(holes.length === 0 ? {} : { holes: holes.map(([a, b]) => [a.toString(), b.toString()] as const) }) },
        next: fresh.length === PAGE || late.length === PAGE ? "now" : holes.length > 0 ? "soon" : "later",
      };
    },
    isPast: () => true,
  };
}

/** Below every bigint: where reading begins. */
const LOWEST = "-9223372036854775808";

/** The highest number, and what is missing among the newest: a transaction that is open may hold them. */
async function newestPosition(client: TableClient, { version, name }: TableShape): Promise<SequencePosition> {
  const rows = await client.query(
    `with newest as materialized (select ${version} as number from ${name} where ${version} is not null order by ${version} desc limit 100000),
       pairs as (select number::bigint, lead(number) over (order by number desc)::bigint as below from newest)
     select top::text, (below + 1)::text, (number - 1)::text
     from (select max(number) as top from newest) as highest
     left join (select * from pairs where number - below > 1 order by number desc limit ${MAX_HOLES / 2}) as gaps on true order by below`,
  );
  const holes = rows.filter(([, from]) => from !== null).map(([, from, to]) => [from, to] as [string, string]);
  return { sequence: (rows[0]?.[0] as string | null) ?? LOWEST, ...(holes.length === 0 ? {} : { holes }) };
}

function numberOf(row: TableRow): bigint {
  return BigInt(row.version);
}
