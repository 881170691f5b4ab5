/** Asks until there is an answer, and returns it. Fails with what it waited for and what `describe` says. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  within = 60_000,
  describe?: () => Promise<string> | string,
): Promise<T> {
  let last: unknown;
  for (const end = performance.now() + within; performance.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      last = undefined;
    } catch (error) {
      // A server that a test has killed does not answer; if it never does, its error is the reason.
      last = error;
    }
  }
  const more = await Promise.resolve(describe?.()).catch((error: unknown) => String(error));
  throw new Error(`waited ${within} ms in vain: ${what}${more === undefined ? "" : `\n${more}`}`, { cause: last });
}
