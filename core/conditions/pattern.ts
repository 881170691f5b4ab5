import { normalizePattern } from "../uri/uri.ts";
import { compileGlob } from "./glob.ts";

/** The scheme of Headgate's own assets, such as the ends of runs. */
const OWN = "headgate://";

/**
 * A test of normalised asset URIs against a pattern. A trailing slash is ignored on both sides. Headgate's own assets
 * match only patterns that begin with `headgate://`: `**` means the data of people.
 */
export function compilePattern(pattern: string): (uri: string) => boolean {
  const normal = normalizePattern(pattern);
  const matches = compileGlob(normal);
  const own = normal.startsWith(OWN);
  return (uri) => (own || !uri.startsWith(OWN)) && matches(uri);
}
