import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./scripts/longest-first.ts";
import { createTestReporter } from "./scripts/test-reporter.ts";

const root = fileURLToPath(new URL(".", import.meta.url));
const CONDITION = "headgate-source";

/** Our own package by name (`headgate/testing`) is its source, as the `headgate-source` condition of package.json says. */
function ownPackage(): { find: RegExp; replacement: string }[] {
  const { name, exports } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
    name: string;
    exports: Record<string, string | Record<string, string>>;
  };
  return Object.entries(exports).flatMap(([path, target]) => {
    const source = typeof target === "string" ? undefined : target[CONDITION];
    if (source === undefined) return [];
    const find = `^${name}${path.slice(1).replaceAll("*", "([^/]+)")}$`;
    return [{ find: new RegExp(find), replacement: root + source.slice(2).replace("*", "$1") }];
  });
}

const shared = {
  resolve: { alias: ownPackage(), conditions: [CONDITION] },
  // vitest also hands these to its child processes: "import" among them would break packages that have both forms.
  ssr: { resolve: { conditions: [CONDITION, "node"], externalConditions: [CONDITION] } },
};

/** By itself vitest leaves a core free. */
const maxWorkers = availableParallelism();

/** Files with servers mostly wait: as many at once as there are cores, and at least two. Each has servers, a world or a folder of its own. */
const besideServers = {
  pool: "forks" as const,
  maxWorkers: Math.max(2, maxWorkers),
  execArgv: [`--conditions=${CONDITION}`],
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  ...shared,
  test: {
    reporters: [createTestReporter()],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ...shared,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.{integration,server}.test.ts"],
          pool: "threads",
          maxWorkers,
          // Modules are loaded once for each thread instead of once for each file: nothing of ours keeps anything between two calls but caches.
          isolate: false,
          // Some start processes, which a busy machine lets wait.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: "types",
          include: [],
          typecheck: { enabled: true, only: true, include: ["test/**/*.test-d.ts"], tsconfig: "./tsconfig.json", ignoreSourceErrors: true },
        },
      },
      {
        ...shared,
        // Each file starts the real servers that it needs (test/support/servers.ts).
        test: { ...besideServers, name: "servers", include: ["test/**/*.server.test.ts"] },
      },
      {
        ...shared,
        test: {
          ...besideServers,
          name: "integration",
          include: ["test/**/*.integration.test.ts"],
          // One Temporal and one Postgres for all files; a test has an environment and a database of its own (test/support/stack.ts).
          globalSetup: ["./test/support/stack-setup.ts"],
        },
      },
    ],
  },
});
