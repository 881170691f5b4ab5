import type { Definition } from "../core/definition.ts";
import type { HeadgateError } from "../core/errors.ts";
import { unknownName } from "../core/unknown-name.ts";

/** The error for a watcher that the DAG files do not have, with the nearest one that they have. */
export function unknownWatcher(definitions: readonly Definition[], id: string): HeadgateError {
  const known = definitions.flatMap((one) => (one.kind === "watcher" ? [one.id] : []));
  return unknownName("E_WATCHER_UNKNOWN", `the project has no watcher ${id}`, id, known, `it has ${known.length === 0 ? "none" : known.join(", ")}`);
}
