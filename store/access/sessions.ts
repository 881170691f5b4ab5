import { sql } from "kysely";
import type { Database } from "../database.ts";
import { instant } from "../text.ts";

/** Somebody who is signed in. Instants are milliseconds since 1970. */
export interface StoredSession {
  readonly person: string;
  /** `password`: the rights are those of the person. `oidc`: they follow from the groups. */
  readonly how: "password" | "oidc";
  /** Who it is at the provider: issuer and subject. */
  readonly subject: string | null;
  readonly groups: readonly string[];
  /** Of a person with a password, as they are now. */
  readonly scopes: readonly string[] | null;
  /** Last used, within a minute. */
  readonly seenAt: number;
  /** Whatever happens, it is over then. */
  readonly endsAt: number;
}

export interface Sessions {
  /** `hash` is the SHA-256 of the session's id, hexadecimal. */
  open(session: Pick<StoredSession, "person" | "how" | "subject" | "groups" | "endsAt"> & { readonly hash: string }): Promise<void>;
  /** Undefined for one that is over, by its end or by `idle` milliseconds without use, and for one whose person is gone. */
  find(hash: string, idle: number): Promise<StoredSession | undefined>;
  seen(hash: string, at: number): Promise<void>;
  close(hash: string): Promise<void>;
  /** Lets go of those that are over. */
  prune(idle: number): Promise<void>;
}

export function createSessions(db: Database, now: () => number): Sessions {
  const { tables: t } = db;
  return {
    open: async ({ hash, person, how, subject, groups, endsAt }) => {
      await sql`
        insert into ${t.sessions} (hash, person, how, subject, groups, at, seen_at, ends_at)
        values (${hash}, ${person}, ${how}, ${subject}, ${[...groups]}::text[], ${instant(now())}, ${instant(now())}, ${instant(endsAt)})`.execute(db.kysely);
    },
    find: async (hash, idle) => {
      const { rows } = await sql<StoredSession>`
        select s.person, s.how, s.subject, s.groups, p.scopes, s.seen_at as "seenAt", s.ends_at as "endsAt"
        from ${t.sessions} s left join ${t.people} p on p.name = s.person and s.how = 'password'
        where s.hash = ${hash} and s.ends_at > ${instant(now())} and s.seen_at > ${instant(now() - idle)} and (s.how <> 'password' or p.name is not null)`.execute(
        db.kysely,
      );
      return rows[0];
    },
    seen: async (hash, at) => {
      await sql`update ${t.sessions} set seen_at = greatest(seen_at, ${instant(at)}::timestamptz) where hash = ${hash}`.execute(db.kysely);
    },
    close: async (hash) => {
      await sql`delete from ${t.sessions} where hash = ${hash}`.execute(db.kysely);
    },
    prune: async (idle) => {
      await sql`delete from ${t.sessions} where ends_at <= ${instant(now())} or seen_at <= ${instant(now() - idle)}`.execute(db.kysely);
    },
  };
}
