import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Where `npm run build:ui` puts the web UI, and where the published package has it. */
export function uiFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve("headgate/package.json")), "dist/ui");
}
