import { createHmac } from "node:crypto";
import { messageOf } from "../../core/errors.ts";
import type { Sessions, StoredSession } from "../../store/access/sessions.ts";
import { hashOf, newSecret } from "./secret.ts";

/** Who is signed in, without a query for each request. */
export interface SessionBook {
  /** Opens a session and returns its id, which only the browser knows from then on. */
  open(who: Pick<StoredSession, "person" | "how" | "subject" | "groups">): Promise<{ readonly id: string; readonly endsAt: number }>;
  /** Undefined for one that is unknown or over. */
  find(id: string): Promise<StoredSession | undefined>;
  /** The same, which is no use of it: a page that is only left open does not keep it alive. */
  peek(id: string): Promise<StoredSession | undefined>;
  close(id: string): Promise<void>;
}

/** A session ends after so many milliseconds without a request, */
const IDLE = 12 * 3_600_000;
/** and after so many in any case. */
const LONGEST = 7 * 24 * 3_600_000;
/** How old what is known may be: so long may a session live after another process closed it. */
const FRESH = 2_000;
/** Uses are written so often. */
const SEEN = 60_000;
const MOST_KNOWN = 10_000;

export interface SessionBookOptions {
  readonly sessions: Sessions;
  readonly log: { warn(message: string, fields?: object): void };
  readonly now: () => number;
}

export function createSessionBook({ sessions, log, now }: SessionBookOptions): SessionBook {
  const known = new Map<string, { readonly at: number; readonly session: StoredSession }>();
  const seenAt = new Map<string, number>();

  function noteUse(hash: string, { seenAt: stored }: StoredSession): void {
    const at = now();
    if (at - (seenAt.get(hash) ?? stored) < SEEN) return;
    seenAt.set(hash, at);
    sessions.seen(hash, at).catch((error: unknown) => log.warn(`the last use of a session could not be written: ${messageOf(error)}`));
  }

  async function look(hash: string): Promise<StoredSession | undefined> {
    const one = known.get(hash);
    if (one !== undefined && now() - one.at < FRESH) return one.session;
    const session = await sessions.find(hash, IDLE);
    known.delete(hash);
    if (session === undefined) return undefined;
    if (known.size >= MOST_KNOWN) {
      known.clear();
      seenAt.clear();
    }
    known.set(hash, { at: now(), session });
    return session;
  }

  return {
    open: async (who) => {
      const id = newSecret("");
      const endsAt = now() + LONGEST;
      // Signing in is rare: a good moment to let go of what is over.
      await sessions.prune(IDLE);
      await sessions.open({ ...who, hash: hashOf(id), endsAt });
      return { id, endsAt };
    },
    find: async (id) => {
      const hash = hashOf(id);
      const session = await look(hash);
      if (session !== undefined) noteUse(hash, session);
      return session;
    },
    peek: (id) => look(hashOf(id)),
    close: async (id) => {
      const hash = hashOf(id);
      known.delete(hash);
      seenAt.delete(hash);
      await sessions.close(hash);
    },
  };
}

/** The second token of a session: a page of ours is told it by `/v1/me`, and no other page can read it or guess it. */
export function csrfOf(id: string): string {
  return createHmac("sha256", id).update("headgate csrf").digest("base64url");
}
