import type { Pool, PoolClient } from "pg";

/**
 * One transaction on a client of the pool: committed when `work` succeeds, rolled back when it throws. What a task writes by it is
 * there whole or not at all, so its next attempt may begin anew.
 *
 * @example
 * await transaction(await ctx.connection(warehouse), async (db) => {
 *   await db.query("delete from clean.sales where ds = $1", [ctx.ds]);
 *   await db.query("insert into clean.sales select * from staging.sales where ds = $1", [ctx.ds]);
 * });
 */
export async function transaction<T>(pool: Pool, work: (db: PoolClient) => Promise<T>): Promise<T> {
  const db = await pool.connect();
  let broken: Error | undefined;
  try {
    await db.query("begin");
    const result = await work(db);
    await db.query("commit");
    return result;
  } catch (error) {
    // A connection that cannot even roll back must not be given to anybody else.
    await db.query("rollback").catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    db.release(broken);
  }
}
