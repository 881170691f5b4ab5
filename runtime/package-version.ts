import { createRequire } from "node:module";

/** The package finds itself by its name: its file is not at the same distance from the sources as from `dist`. */
export function versionOfPackage(): string {
  const { version } = createRequire(import.meta.url)("headgate/package.json") as { version: string };
  return version;
}
