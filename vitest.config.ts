import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
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

export default defineConfig({
  ...shared,
  test: {
    reporters: [createTestReporter()],
    projects: [
      {
        ...shared,
        test: { name: "unit", include: ["test/**/*.test.ts"], exclude: ["test/**/*.{integration,server}.test.ts"], pool: "threads", testTimeout: 20_000 },
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
        test: {
          name: "servers",
          include: ["test/**/*.server.test.ts"],
          // Each file starts the real servers that it needs (test/support/servers.ts): files at once disturb one another.
          fileParallelism: false,
          pool: "forks",
          execArgv: [`--conditions=${CONDITION}`],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...shared,
        test: {
          name: "integration",
          include: ["test/**/*.integration.test.ts"],
          // One Temporal and one Postgres for all files (test/support/stack-setup.ts), and two cores: files at once disturb one another.
          fileParallelism: false,
          pool: "forks",
          execArgv: [`--conditions=${CONDITION}`],
          globalSetup: ["./test/support/stack-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
