import { sql } from "kysely";
import type { Json } from "../core/json.ts";
import type { KeptItems } from "../watchers/outbox.ts";
import { type Database, inTransaction, lockName } from "./database.ts";
import { indexable, instant } from "./text.ts";

/** Items that readers kept and tasks took. `now` gives the time that rows carry. */
export function createKeptItems(db: Database, now: () => number): KeptItems {
  const { tables: t } = db;

  async function countOf(of: Database, owner: string): Promise<number> {
    const { rows } = await sql<{ count: number }>`select count(*)::int as count from ${t.kept_items} where owner = ${indexable(owner)}`.execute(of.kysely);
    return rows[0]?.count ?? 0;
  }

  return {
    count: (owner) => countOf(db, owner),
    take: (reader, task, max) =>
      inTransaction(db, async (tx) => {
        // Two runs may take from one reader at once: no item goes to both, and none of a batch is torn out of its order.
        await lockName(tx, `take ${reader}`);
        const already = await countOf(tx, task);
        if (already > 0) return already;
        await sql`
          update ${t.kept_items} set owner = ${indexable(task)}, taken_at = ${instant(now())}
          where n in (select n from ${t.kept_items} where owner = ${indexable(reader)} order by n limit ${max})`.execute(tx.kysely);
        return await countOf(tx, task);
      }),
    keep: (owner, items) =>
      inTransaction(db, async (tx) => {
        await sql`delete from ${t.kept_items} where owner = ${indexable(owner)}`.execute(tx.kysely);
        await sql`
          insert into ${t.kept_items} (owner, item, at, taken_at)
          select ${indexable(owner)}, one.item, ${instant(now())}, ${instant(now())}
          from unnest(${[...items]}::text[]) with ordinality as one(item, place) order by one.place`.execute(tx.kysely);
      }),
    list: async (owner) => {
      const { rows } = await sql<{ item: string }>`select item from ${t.kept_items} where owner = ${indexable(owner)} order by n`.execute(db.kysely);
      return rows.map(({ item }) => JSON.parse(item) as Json);
    },
    one: async (owner, index) => {
      const { rows } = await sql<{ item: string }>`
        select item from ${t.kept_items} where owner = ${indexable(owner)} order by n offset ${index} limit 1`.execute(db.kysely);
      return rows[0] === undefined ? undefined : (JSON.parse(rows[0].item) as Json);
    },
  };
}
