import { sql } from "kysely";
import { HeadgateError } from "../../core/errors.ts";
import type { Database } from "../database.ts";
import { instant, storable } from "../text.ts";

/** A token of the API as people see it. Instants are milliseconds since 1970. */
export interface StoredToken {
  /** Names it in commands; says nothing of the token itself. */
  readonly id: string;
  readonly name: string;
  /** As `parseScope` of the API reads them. */
  readonly scopes: readonly string[];
  /** Who made it. */
  readonly by: string;
  readonly at: number;
  readonly expiresAt: number | null;
  /** Within a minute. */
  readonly usedAt: number | null;
  readonly revokedAt: number | null;
  readonly revokedBy: string | null;
}

/** The token with the SHA-256 of it, hexadecimal. */
export type HashedToken = StoredToken & { readonly hash: string };

export interface ApiTokens {
  /** Throws `E_USAGE` if one that is not revoked has this name. */
  create(token: Pick<HashedToken, "id" | "name" | "hash" | "scopes" | "by" | "expiresAt">): Promise<StoredToken>;
  /** Newest first; with those that are revoked or over. */
  list(): Promise<readonly StoredToken[]>;
  /** Those that are neither revoked nor over. */
  live(): Promise<readonly HashedToken[]>;
  /** One that is neither revoked nor over, by its hash. */
  byHash(hash: string): Promise<HashedToken | undefined>;
  /** By id or name. Undefined if there is none that could be revoked. */
  revoke(idOrName: string, by: string): Promise<StoredToken | undefined>;
  used(id: string, at: number): Promise<void>;
}

const COLUMNS = sql.raw(`id, name, scopes, "by", at, expires_at as "expiresAt", used_at as "usedAt", revoked_at as "revokedAt", revoked_by as "revokedBy"`);

export function createApiTokens(db: Database, now: () => number): ApiTokens {
  const { tables: t } = db;
  const live = () => sql`select ${COLUMNS}, hash from ${t.api_tokens} where revoked_at is null and (expires_at is null or expires_at > ${instant(now())})`;
  return {
    create: async ({ id, name, hash, scopes, by, expiresAt }) => {
      // A name is free again when its token is over: what nobody can use should not have to be revoked first.
      await sql`update ${t.api_tokens} set revoked_at = expires_at, revoked_by = 'expiry' where name = ${name} and revoked_at is null and expires_at <= ${instant(now())}`.execute(
        db.kysely,
      );
      const { rows } = await sql<StoredToken>`
        insert into ${t.api_tokens} (id, name, hash, scopes, "by", at, expires_at)
        values (${id}, ${name}, ${hash}, ${[...scopes]}::text[], ${by}, ${instant(now())}, ${expiresAt === null ? null : instant(expiresAt)})
        on conflict do nothing returning ${COLUMNS}`.execute(db.kysely);
      if (rows[0] !== undefined) return rows[0];
      throw new HeadgateError("E_USAGE", `there is a token "${name}" already`, {
        where: "name",
        hint: `choose another name, or revoke it first: headgate tokens revoke ${name}`,
      });
    },
    list: async () => (await sql<StoredToken>`select ${COLUMNS} from ${t.api_tokens} order by at desc, id`.execute(db.kysely)).rows,
    live: async () => (await sql<HashedToken>`${live()}`.execute(db.kysely)).rows,
    byHash: async (hash) => (await sql<HashedToken>`${live()} and hash = ${hash}`.execute(db.kysely)).rows[0],
    revoke: async (idOrName, by) => {
      const { rows } = await sql<StoredToken>`
        update ${t.api_tokens} set revoked_at = ${instant(now())}, revoked_by = ${by}
        where (id = ${storable(idOrName)} or name = ${storable(idOrName)}) and revoked_at is null returning ${COLUMNS}`.execute(db.kysely);
      return rows[0];
    },
    used: async (id, at) => {
      await sql`update ${t.api_tokens} set used_at = greatest(used_at, ${instant(at)}::timestamptz) where id = ${id}`.execute(db.kysely);
    },
  };
}
