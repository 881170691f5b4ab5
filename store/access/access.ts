import type { Database } from "../database.ts";
import { type ApiTokens, createApiTokens } from "./api-tokens.ts";
import { createPeople, type People } from "./people.ts";
import { createSessions, type Sessions } from "./sessions.ts";

/** Who may use the API. */
export interface AccessStore {
  readonly tokens: ApiTokens;
  readonly people: People;
  readonly sessions: Sessions;
}

export function createAccessStore(db: Database, now: () => number): AccessStore {
  return { tokens: createApiTokens(db, now), people: createPeople(db, now), sessions: createSessions(db, now) };
}
