import { sql } from "kysely";
import { type Database, type DayTable, inTransaction, lockName } from "./database.ts";

const DAY = 86_400_000;

/** The parts of the day tables: which exist, which are gone for good. */
export interface Days {
  /** Makes the parts that are missing. */
  ensure(table: DayTable, days: Iterable<string>): Promise<void>;
  /** Forgets what it knows, after another process dropped a part. */
  forget(): void;
}

export function createDays(db: Database): Days {
  const known = new Set<string>();

  const ensure: Days["ensure"] = async (table, days) => {
    for (const day of new Set(days)) {
      const name = partName(table, day);
      if (known.has(name)) continue;
      await makePart(db, table, day);
      known.add(name);
    }
  };

  return { ensure, forget: () => known.clear() };
}

/** Made apart and then attached: that lock lets readers and writers of the other days go on. */
async function makePart(db: Database, table: DayTable, day: string): Promise<void> {
  const part = sql.id(db.schema, partName(table, day));
  if (await hasPart(db, table, day)) return;
  await inTransaction(db, async (tx) => {
    await lockName(tx, "days");
    if (await hasPart(tx, table, day)) return;
    await sql`create table ${part} (like ${tx.tables[table]} including defaults including constraints including indexes)`.execute(tx.kysely);
    await sql`alter table ${tx.tables[table]} attach partition ${part} for values from (${sql.lit(day)}) to (${sql.lit(dayAfter(day))})`.execute(tx.kysely);
  });
}

/** Reads the catalogue's table: `to_regclass` may answer from before the wait for the lock. */
async function hasPart(db: Database, table: DayTable, day: string): Promise<boolean> {
  const { rows } = await sql`
    select from pg_class c join pg_namespace s on s.oid = c.relnamespace where s.nspname = ${db.schema} and c.relname = ${partName(table, day)}`.execute(
    db.kysely,
  );
  return rows.length > 0;
}

/** The days up to which each table's rows are dropped. */
export async function readHorizons(db: Database): Promise<Readonly<Partial<Record<DayTable, string>>>> {
  const { rows } = await sql<{ kind: DayTable; day: string }>`select kind, day from ${db.tables.horizons}`.execute(db.kysely);
  return Object.fromEntries(rows.map((row) => [row.kind, row.day]));
}

/** The parts that exist, oldest first. */
export async function listParts(db: Database, table: DayTable): Promise<readonly { readonly name: string; readonly day: string }[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = to_regclass(${`${db.schema}.${table}`}) order by 1`.execute(db.kysely);
  return rows.map(({ name }) => ({ name, day: name.slice(table.length + 1).replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3") }));
}

/** Name of the table that holds one day of another. */
export function partName(table: DayTable, day: string): string {
  return `${table}_${day.replaceAll("-", "")}`;
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + DAY).toISOString().slice(0, 10);
}
