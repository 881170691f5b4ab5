import type { Context } from "hono";
import { HeadgateError } from "../../core/errors.ts";
import type { AccessStore } from "../../store/access/access.ts";
import type { StoredSession } from "../../store/access/sessions.ts";
import { RefusedRequest } from "../frame/problem.ts";
import type { Caller } from "./caller.ts";
import { type GroupRights, scopesOf } from "./groups.ts";
import type { Oidc } from "./oidc.ts";
import { addressOf, isLocal, isOwnPage } from "./origin.ts";
import { createRateLimit, type Rate, type RateLimit } from "./rate-limit.ts";
import { mayRead } from "./rights.ts";
import { parseScope, type Scope } from "./scope.ts";
import { hashOf, isSame } from "./secret.ts";
import { createSessionBook, csrfOf, type SessionBook } from "./session-book.ts";
import { sessionIn } from "./session-cookie.ts";
import { createTokenBook, type TokenBook } from "./token-book.ts";
import type { ApiToken } from "./tokens.ts";

export interface AccessOptions {
  readonly store: AccessStore;
  /** Those of `HEADGATE_API_TOKENS`. */
  readonly tokens: readonly ApiToken[];
  /** Programs of this machine need no token, as under `headgate dev`; browsers have to sign in as soon as there is somebody who can. */
  readonly trustsPrograms: boolean;
  /** Under which people reach the API, if that is not where it listens: `https://headgate.example.com`. */
  readonly publicUrl?: string | undefined;
  readonly oidc?: { readonly provider: Oidc; readonly rights: GroupRights } | undefined;
  readonly log: { warn(message: string, fields?: object): void };
  readonly now: () => number;
  readonly rates?: Rates | undefined;
}

/** How much of each one may ask for. */
export interface Rates {
  /** Requests of one token or person. @default 400 at once, 200 a second */
  readonly requests?: Rate | undefined;
  /** Sign-ins from one address. @default 10 at once, then one in half a minute */
  readonly signIns?: Rate | undefined;
  /** Unknown tokens from one address. @default 30 at once, one a second */
  readonly unknownTokens?: Rate | undefined;
}

/** Who may do what with the API, and how they prove who they are. */
export interface Access {
  /**
   * Who asks: a token, somebody who signed in, or a program of this machine. Throws `E_API_TOKEN`, `E_SIGN_IN`, `E_CSRF`, `E_RATE_LIMIT`,
   * and `E_STORE` if the store has been away for too long.
   */
  callerOf(c: Context): Promise<Caller>;
  /**
   * Whether who asked may still read, for an answer that does not end by itself. It counts for no limit, and is no use of a session. Throws
   * `E_STORE` if the store has been away for too long.
   */
  mayGoOn(c: Context): Promise<boolean>;
  /** The session of a request, and its id. */
  sessionOf(c: Context): Promise<{ readonly id: string; readonly session: StoredSession } | undefined>;
  /** Refuses a sign-in that comes from elsewhere than a page of ours, and one of too many. Throws `E_CSRF`, `E_RATE_LIMIT`. */
  admitSignIn(c: Context): void;
  readonly sessions: SessionBook;
  readonly tokens: TokenBook;
  readonly options: AccessOptions;
}

const REQUESTS: Rate = { burst: 400, perSecond: 200 };
const SIGN_INS: Rate = { burst: 10, perSecond: 1 / 30 };
const FORGERIES: Rate = { burst: 30, perSecond: 1 };

export function createAccess(options: AccessOptions): Access {
  const { store, tokens: fixed, trustsPrograms, publicUrl, oidc, log, now, rates = {} } = options;
  const tokens = createTokenBook({ fixed, store, log, now });
  const sessions = createSessionBook({ sessions: store.sessions, log, now });
  const requests = createRateLimit(rates.requests ?? REQUESTS, now);
  const signIns = createRateLimit(rates.signIns ?? SIGN_INS, now);
  const forgeries = createRateLimit(rates.unknownTokens ?? FORGERIES, now);

  async function byToken(c: Context, given: string): Promise<Caller> {
    const hash = hashOf(given);
    let token = await tokens.find(hash);
    if (token === undefined) {
      limit(c, forgeries, addressOf(c), "unknown tokens from this address");
      token = await tokens.lookUp(hash);
    }
    if (token !== undefined) return { name: `token:${token.name}`, kind: "token", scopes: token.scopes };
    throw new HeadgateError("E_API_TOKEN", "the token is unknown, revoked or over", { hint: "`headgate tokens create` makes one" });
  }

  async function sessionOf(c: Context): ReturnType<Access["sessionOf"]> {
    const id = sessionIn(c, publicUrl);
    const session = id === undefined ? undefined : await sessions.find(id);
    return id === undefined || session === undefined ? undefined : { id, session };
  }

  function checkCsrf(c: Context, id: string): void {
    if (["GET", "HEAD", "OPTIONS"].includes(c.req.method)) return;
    if (isOwnPage(c, publicUrl) === true && isSame(c.req.header("x-csrf-token") ?? "", csrfOf(id))) return;
    throw new RefusedRequest(403, "E_CSRF", "the request has a session, and does not come from a page of this API", {
      hint: "send the header X-CSRF-Token with `csrf` of /v1/me; a program uses a token in place of a session",
    });
  }

  async function local(c: Context): Promise<Caller> {
    const page = isOwnPage(c, publicUrl);
    const isOpen = async (): Promise<boolean> => oidc === undefined && (await tokens.isEmpty());
    if (isLocal(c) && page !== false && ((page === undefined && trustsPrograms) || (await isOpen()))) {
      return { name: "local", kind: "local", scopes: [{ kind: "admin" }] };
    }
    if (page === false) {
      throw new RefusedRequest(403, "E_CSRF", "a page of another origin asks", { hint: "open the web UI of this API itself" });
    }
    if (page === true) throw new HeadgateError("E_SIGN_IN", "nobody is signed in", { hint: "sign in at /sign-in" });
    throw new HeadgateError("E_API_TOKEN", "the request has no token", { hint: "send Authorization: Bearer <token>; `headgate tokens create` makes one" });
  }

  function limit(c: Context, by: RateLimit, key: string, of: string): void {
    const wait = by.take(key);
    if (wait === 0) return;
    const seconds = Math.ceil(wait / 1_000);
    c.header("Retry-After", String(seconds));
    throw new RefusedRequest(429, "E_RATE_LIMIT", `there are too many ${of}`, { hint: `wait ${seconds} s` });
  }

  return {
    callerOf: async (c) => {
      const bearer = bearerOf(c);
      const session = bearer === undefined ? await sessionOf(c) : undefined;
      if (session !== undefined) checkCsrf(c, session.id);
      const caller = bearer !== undefined ? await byToken(c, bearer) : session !== undefined ? personOf(session.session, oidc?.rights ?? {}) : await local(c);
      if (caller.kind !== "local") limit(c, requests, caller.name, "requests");
      return caller;
    },
    mayGoOn: async (c) => {
      const bearer = bearerOf(c);
      if (bearer !== undefined) {
        const token = await tokens.find(hashOf(bearer));
        return token !== undefined && mayRead(token);
      }
      const id = sessionIn(c, publicUrl);
      const session = id === undefined ? undefined : await sessions.peek(id);
      if (session !== undefined) return mayRead(personOf(session, oidc?.rights ?? {}));
      return await local(c).then(mayRead, (error: unknown) => {
        if (error instanceof RefusedRequest || (HeadgateError.is(error) && error.code !== "E_STORE")) return false;
        throw error;
      });
    },
    sessionOf,
    admitSignIn: (c) => {
      if (isOwnPage(c, publicUrl) === false)
        throw new RefusedRequest(403, "E_CSRF", "a page of another origin asks", { hint: "sign in at /sign-in of this API" });
      limit(c, signIns, addressOf(c), "sign-ins from this address");
    },
    sessions,
    tokens,
    options,
  };
}

/** What the request gives as its token; empty if that is none. */
function bearerOf(c: Context): string | undefined {
  const given = c.req.header("authorization");
  return given === undefined ? undefined : (/^Bearer (\S+)$/i.exec(given)?.[1] ?? "");
}

/** Rights are looked up with each request: what a group or a person may no longer do ends at once. */
function personOf({ person, how, groups, scopes }: StoredSession, rights: GroupRights): Caller {
  const own: readonly Scope[] = how === "oidc" ? scopesOf(rights, groups) : (scopes ?? []).map((scope) => parseScope(scope));
  return { name: person, kind: "person", scopes: own };
}
