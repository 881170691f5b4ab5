/** The second token of a session (`headgate-csrf`, by TLS `__Host-headgate-csrf`): a page from elsewhere can make a browser send cookies, but cannot read this one. */
const COOKIE = /(?:^|;\s*)(?:__Host-)?headgate-csrf=([^;]+)/;

/** The header that a request of a session needs if it changes something; nothing without a session. */
export function csrfHeader(cookies: string = ownCookies()): Readonly<Record<string, string>> {
  const token = COOKIE.exec(cookies)?.[1];
  return token === undefined ? {} : { "x-csrf-token": decodeURIComponent(token) };
}

/** None where there is no page, as in a test of what only reads. */
function ownCookies(): string {
  return (globalThis as { readonly document?: { readonly cookie: string } }).document?.cookie ?? "";
}
