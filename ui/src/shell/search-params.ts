/** The query of an address as it stands there: names with texts. Nothing is guessed to be a number, so an address stays as it was typed. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries([...new URLSearchParams(text)].filter(([, value]) => value !== ""));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, String(value)]]));
  const text = new URLSearchParams(Object.fromEntries(given)).toString();
  return text === "" ? "" : `?${text}`;
}

/** `validateSearch` of a route whose query has these names; others are dropped. */
export function textSearch<const Name extends string>(...names: readonly Name[]): (raw: Record<string, unknown>) => { [N in Name]?: string | undefined } {
  return (raw) => {
    const found: { [N in Name]?: string | undefined } = {};
    for (const name of names) if (typeof raw[name] === "string") found[name] = raw[name];
    return found;
  };
}
