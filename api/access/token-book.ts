import { messageOf } from "../../core/errors.ts";
import type { AccessStore } from "../../store/access/access.ts";
import type { HashedToken } from "../../store/access/api-tokens.ts";
import { parseScope } from "./scope.ts";
import type { ApiToken } from "./tokens.ts";

/** The tokens that are taken now, without a query for each request. */
export interface TokenBook {
  /** The token of this hash, as far as it is known without asking the store for it. Throws `E_STORE` if the store has been away for too long. */
  find(hash: string): Promise<ApiToken | undefined>;
  /** Asks the store: somebody may have made the token just now, in another process. Undefined if it is unknown, revoked or over. */
  lookUp(hash: string): Promise<ApiToken | undefined>;
  /** Whether there is neither a token nor a person: nobody could prove anything. */
  isEmpty(): Promise<boolean>;
  /** Looks at the store anew before the next answer: something was changed by this process. */
  forget(): void;
}

/** How old what is known may be, in milliseconds: so long may a token live after another process revoked it. */
const FRESH = 2_000;
/** While the store does not answer, what was known holds for so long. */
const HOLDS = 60_000;
/** Last uses are written so often. */
const USED = 60_000;

type KnownToken = ApiToken & Pick<HashedToken, "id" | "expiresAt">;

interface Known {
  readonly at: number;
  readonly byHash: ReadonlyMap<string, KnownToken>;
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

  async function ask(): Promise<Known> {
    const at = now();
    const [stored, people] = await Promise.all([store.tokens.live(), store.people.list()]);
    const byHash = new Map(stored.map((token) => [token.hash, read(token)]));
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
      const found = (await look(FRESH)).byHash.get(hash);
      if (found === undefined || (found.expiresAt !== null && found.expiresAt <= now())) return undefined;
      noteUse(found.id);
      return found;
    },
    lookUp: async (hash) => {
      const found = await store.tokens.byHash(hash);
      if (found === undefined) return undefined;
      const token = read(found);
      if (known !== undefined) known = { ...known, byHash: new Map([...known.byHash, [hash, token]]) };
      noteUse(token.id);
      return token;
    },
    isEmpty: async () => {
      if (own.size > 0) return false;
      const { byHash, people } = await look(FRESH);
      return byHash.size === 0 && people === 0;
    },
    forget: () => {
      known = undefined;
    },
  };
}

function read(token: HashedToken): KnownToken {
  return { ...token, scopes: token.scopes.map((scope) => parseScope(scope)) };
}
