// Every check of the project, in order; `npm test` and CI run exactly this. All of them run even after one failed.
// The last line is `N passed, N failed, N skipped`: each check that is not a test suite counts as one test.
import { spawn } from "node:child_process";

interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** True if the command itself ends with a line of counts. */
  readonly counts?: true;
  /** True if files that failed get a second try, alone: whoever waits for a real server can be starved by its neighbours. */
  readonly retried?: true;
}

const CHECKS: readonly Check[] = [
  { name: "lint, format and layers", command: ["biome", "check", "--error-on-warnings", "."] },
  { name: "types", command: ["tsc", "-p", "."] },
  { name: "types of the web UI", command: ["tsc", "-p", "ui"] },
  { name: "unused code and dependencies", command: ["knip", "--no-progress"] },
  // Before the tests, which run the command line as it is built.
  { name: "build", command: ["npm", "run", "--silent", "build"] },
  { name: "package", command: ["publint", "--strict"] },
  { name: "unit and type tests", command: ["vitest", "run", "--project", "unit", "--project", "types"], counts: true },
  { name: "tests with real servers", command: ["vitest", "run", "--project", "servers", "--project", "integration"], counts: true, retried: true },
];

/** More files than this do not fail by chance. */
const MOST_RETRIED = 8;

const FAILED_FILE = /^FAILED (test\/\S+\.test\.ts)/gm;
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

type Counts = Record<"passed" | "failed" | "skipped", number>;

function countsOf({ counts: isSuite }: Check, { ok, output }: Awaited<ReturnType<typeof run>>): Counts {
  const counted = isSuite === true ? [...output.matchAll(COUNTS)].at(-1) : undefined;
  const counts =
    counted === undefined
      ? { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }
      : { passed: Number(counted[1]), failed: Number(counted[2]), skipped: Number(counted[3]) };
  // A suite that ends badly without a failed test, or without its counts, has failed all the same.
  if ((!ok && counts.failed === 0) || (isSuite === true && counted === undefined && ok)) counts.failed += 1;
  return counts;
}

/** Tries the files that failed once more, one after the other. What passes then is counted as passed, and named: it is to be mended, too. */
async function retry(check: Check, first: Counts, output: string): Promise<Counts> {
  const files = [...new Set([...output.matchAll(FAILED_FILE)].flatMap(([, file]) => file ?? []))];
  if (files.length === 0 || files.length > MOST_RETRIED || output.includes("FAILED outside of any test")) return first;
  process.stdout.write(`\n== second try, alone: ${files.join(" ")}\n`);
  const [program, ...args] = check.command;
  const second = countsOf(check, await run([program, ...args, "--maxWorkers", "1", ...files]));
  if (second.failed === 0) flaky.push(...files);
  return { ...first, failed: second.failed, passed: first.passed + Math.max(0, first.failed - second.failed) };
}

const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const failed: string[] = [];
const flaky: string[] = [];
for (const check of CHECKS) {
  process.stdout.write(`\n== ${check.name}: ${check.command.join(" ")}\n`);
  const start = performance.now();
  const result = await run(check.command);
  const first = countsOf(check, result);
  const counts = first.failed > 0 && check.retried === true ? await retry(check, first, result.output) : first;
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  if (counts.failed > 0) failed.push(check.name);
  process.stdout.write(`== ${check.name}: ${counts.failed === 0 ? "ok" : "FAILED"} in ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}
if (flaky.length > 0) process.stdout.write(`\npassed at the second try only: ${flaky.join(", ")}\n`);
if (failed.length > 0) process.stdout.write(`\nfailed: ${failed.join(", ")}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
