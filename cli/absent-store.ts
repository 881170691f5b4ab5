import type { Store } from "../store/index.ts";

/** A store where none is configured: whatever is asked of it fails with `why`, and what needs no store goes on. */
export function absentStore(why: unknown): Store {
  const fail = async (): Promise<never> => {
    throw why;
  };
  // Its parts, such as `access.tokens`, are as absent as it is. A promise is what has a `then`.
  const part: object = new Proxy(fail, { get: (_, name) => (name === "then" ? undefined : part) });
  return part as Store;
}
