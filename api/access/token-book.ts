import { messageOf } from "../../core/errors.ts";
import type { AccessStore } from "../../store/access/access.ts";
import type { StoredToken } from "../../store/access/api-tokens.ts";
import { parseScope } from "./scope.ts";
import type { ApiToken } from "./tokens.ts";

/** The tokens that are taken now, without a query for each request. */
export interface TokenBook {
  /** The token of this hash; undefined if it is unknown, revoked or over. Throws `E_STORE` if the store has been away for too long. */
  find(hash: string): Promise<ApiToken | undefined>;
  /** Whether there is neither a token nor a person: nobody could prove anything. */
  isEmpty(): Promise<boolean>;
  /** Looks at the store anew before the next answer: something was changed by this process. */
  forget(): void;
}

/** How old what is known may be, in milliseconds: so long may a token live after another process revoked it. */
const FRESH = 2_000;
/** A token that is not known may have been made just now, by another process: so often the store is asked for it at most. */
const ASK_AGAIN = 250;
/** While the store does not answer, what was known holds for so long. */
const HOLDS = 60_000;
/** Last uses are written so often. */
const USED = 60_000;

interface Known {
  readonly at: number;
  readonly byHash: ReadonlyMap<string, ApiToken & Pick<StoredToken, "id" | "expiresAt">>;
  readonly people: number;
}

export interface TokenBookOptions {
  /** Those of `HEADGATE_API_TOKENS`. */
  readonly fixed: readonly ApiToken[];
  readonly store: Pick<AccessStore, "tokens" | "people">;
  readonly log: { warn(message: string, fields?: object): void };
  readonly now: () => number;
}

export function createTokenBook({ fixed, store, log, now }: TokenBookOptions): TokenBook {
  // Those need no store: whoever has one gets in while Postgres is away.
  const own = new Map(fixed.map((token) => [token.hash, token]));
  const usedAt = new Map<string, number>();
  let known: Known | undefined;
  let asking: Promise<Known> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;

  async function ask(): Promise<Known> {
    askedAt = now();
    const at = askedAt;
    const [stored, people] = await Promise.all([store.tokens.live(), store.people.list()]);
    const byHash = new Map(stored.map((token) => [token.hash, { ...token, scopes: token.scopes.map((scope) => parseScope(scope)) }]));
    known = { at, people: people.length, byHash };
    return known;
  }

  async function look(oldest: number): Promise<Known> {
    const at = now();
    if (known !== undefined && at - known.at < oldest) return known;
    const before = known;
    asking ??= ask().finally(() => (asking = undefined));
    try {
      return await asking;
    } catch (error) {
      if (before === undefined || at - before.at > HOLDS) throw error;
      return before;
    }
  }

  function noteUse(id: string): void {
    const at = now();
    if (at - (usedAt.get(id) ?? Number.NEGATIVE_INFINITY) < USED) return;
    usedAt.set(id, at);
    store.tokens.used(id, at).catch((error: unknown) => log.warn(`the last use of a token could not be written: ${messageOf(error)}`));
  }

  return {
    find: async (hash) => {
      const given = own.get(hash);
      if (given !== undefined) return given;
      let found = (await look(FRESH)).byHash.get(hash);
      if (found === undefined && now() - askedAt >= ASK_AGAIN) found = (await look(ASK_AGAIN)).byHash.get(hash);
      if (found === undefined || (found.expiresAt !== null && found.expiresAt <= now())) return undefined;
      noteUse(found.id);
      return found;
    },
    isEmpty: async () => {
      if (own.size > 0) return false;
      const { byHash, people } = await look(FRESH);
      return byHash.size === 0 && people === 0;
    },
    forget: () => {
      known = undefined;
      askedAt = Number.NEGATIVE_INFINITY;
    },
  };
}
