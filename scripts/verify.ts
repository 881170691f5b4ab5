// Every check of the project, in order; `npm test` and CI run exactly this. All of them run even after one failed.
// The last line is `N passed, N failed, N skipped`: each check that is not a test suite counts as one test.
import { spawn } from "node:child_process";

interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** True if the command itself ends with a line of counts. */
  readonly counts?: true;
}

const CHECKS: readonly Check[] = [
  { name: "lint, format and layers", command: ["biome", "check", "--error-on-warnings", "."] },
  { name: "types", command: ["tsc", "-p", "."] },
  { name: "unused code and dependencies", command: ["knip", "--no-progress"] },
  // Before the tests, which run the command line as it is built.
  { name: "build", command: ["npm", "run", "--silent", "build"] },
  { name: "package", command: ["publint", "--strict"] },
  { name: "unit and type tests", command: ["vitest", "run", "--project", "unit", "--project", "types"], counts: true },
  { name: "tests with real servers", command: ["vitest", "run", "--project", "servers", "--project", "integration"], counts: true },
];

const COUNTS = /^(\d+) passed, (\d+) failed, (\d+) skipped$/gm;

function run([command, ...args]: Check["command"]): Promise<{ readonly ok: boolean; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      process.stdout.write(text);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ ok: code === 0, output }));
  });
}

const total = { passed: 0, failed: 0, skipped: 0 };
const failed: string[] = [];
for (const check of CHECKS) {
  process.stdout.write(`\n== ${check.name}: ${check.command.join(" ")}\n`);
  const start = performance.now();
  const { ok, output } = await run(check.command);
  const counted = check.counts === true ? [...output.matchAll(COUNTS)].at(-1) : undefined;
  const counts =
    counted === undefined
      ? { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }
      : { passed: Number(counted[1]), failed: Number(counted[2]), skipped: Number(counted[3]) };
  // A suite that ends badly without a failed test, or without its counts, has failed all the same.
  if ((!ok && counts.failed === 0) || (check.counts === true && counted === undefined && ok)) counts.failed += 1;
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  if (counts.failed > 0) failed.push(check.name);
  process.stdout.write(`== ${check.name}: ${counts.failed === 0 ? "ok" : "FAILED"} in ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}
if (failed.length > 0) process.stdout.write(`\nfailed: ${failed.join(", ")}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
