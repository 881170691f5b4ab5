// Paths of places outside and paths of asset URIs: the same text, but for what would end a URI's path.

/** A path as asset URIs spell it: only what would end the path is escaped. */
export function escapePath(path: string): string {
  return path.replace(/[%?#]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A percent sign that encodes nothing is part of a name.
    return path;
  }
}

/** `/landing/orders/{ds}/x` is `/landing/orders` and `{ds}/x`. */
export function cutAtPlaceholder(path: string): readonly [literal: string, placeholders: string] {
  const segments = path.split("/");
  const first = segments.findIndex((segment) => segment.includes("{"));
  if (first < 0) return [path.replace(/(?<=.)\/+$/, ""), ""];
  return [segments.slice(0, first).join("/"), segments.slice(first).join("/").replace(/\/+$/, "")];
}
