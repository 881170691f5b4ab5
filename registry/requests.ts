import type { RegistryState, RequestState } from "./state.ts";

/** How long a request is remembered. A command that is given again by mistake is given again soon. */
const REMEMBER_MS = 24 * 3_600_000;
const MOST = 1_000;

/** What is known of a request; undefined for one that is new, or that has no id. */
export function metRequest(state: RegistryState, request: string | undefined): RequestState | undefined {
  return request === undefined ? undefined : state.requests[`=${request}`];
}

/** Remembers a request from now on, and forgets the oldest ones. Returns what is remembered, as of its first time. */
export function noteRequest(state: RegistryState, request: string | undefined, now: number): RequestState {
  if (request === undefined) return { at: now };
  const { requests } = state;
  const entry = `=${request}`;
  const noted = requests[entry] ?? { at: now };
  requests[entry] = noted;
  const names = Object.keys(requests);
  for (const [index, name] of names.entries()) {
    if (names.length - index <= MOST && now - (requests[name]?.at ?? now) <= REMEMBER_MS) break;
    if (name !== entry) delete requests[name];
  }
  return noted;
}
