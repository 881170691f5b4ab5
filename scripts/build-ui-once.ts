// Builds the web UI unless it is there and newer than its sources: before `npm start`, which serves it.
import { existsSync, readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const sources = fileURLToPath(new URL("../ui/", import.meta.url));
const built = fileURLToPath(new URL("../dist/ui/index.html", import.meta.url));

function isCurrent(): boolean {
  if (!existsSync(built)) return false;
  const { mtimeMs } = statSync(built);
  return readdirSync(sources, { recursive: true, encoding: "utf8" }).every((file) => statSync(sources + file).mtimeMs < mtimeMs);
}

if (!isCurrent()) {
  process.stdout.write("building the web UI\n");
  await build({ configFile: `${sources}vite.config.ts`, mode: "production", logLevel: "warn" });
}
