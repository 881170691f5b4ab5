import { stripVTControlCharacters } from "node:util";
import type { Reporter, SerializedError } from "vitest/node";

/** A slower test is named, so that the whole run stays short. */
const SLOW = 5_000;

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** The stack of a type error is empty: what says something is its message and its diff. */
function describe({ name, message, stack, diff }: SerializedError & { readonly diff?: string }): string {
  const what = stack?.includes(message) && stack !== "" ? stack : `${name ?? "Error"}: ${message}${stack ? `\n${stack}` : ""}`;
  return diff === undefined ? what : `${what}\n${stripVTControlCharacters(diff)}`;
}

/** The end of its output is one line with the true counts; a file that does not load and an error outside of a test are failures. */
export function createTestReporter(): Reporter {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];

  function fail(name: string, errors: readonly SerializedError[]): void {
    counts.failed += 1;
    failures.push(`${name}: ${errors.map(({ message }) => message.split("\n", 1)[0]).join("; ")}`);
    process.stdout.write(`FAILED ${name}\n${errors.map((error) => describe(error).replace(/^/gm, "    ")).join("\n")}\n`);
  }

  return {
    onTestCaseResult(test) {
      const result = test.result();
      if (result.state === "failed") fail(`${test.module.relativeModuleId} > ${test.fullName}`, result.errors);
      else if (result.state === "passed") counts.passed += 1;
      else counts.skipped += 1;
      const duration = test.diagnostic()?.duration ?? 0;
      if (duration > SLOW) process.stdout.write(`  ${seconds(duration)} ${test.module.relativeModuleId} > ${test.fullName}\n`);
    },
    onTestSuiteResult(suite) {
      if (suite.errors().length > 0) fail(`${suite.module.relativeModuleId} > ${suite.fullName}`, suite.errors());
    },
    onTestModuleEnd(module) {
      const errors = module.errors();
      if (errors.length > 0) fail(module.relativeModuleId, errors);
      const tests = [...module.children.allTests()];
      process.stdout.write(`${module.ok() ? "ok" : "FAILED"} ${module.relativeModuleId} (${tests.length} tests, ${seconds(module.diagnostic().duration)})\n`);
    },
    onTestRunEnd(_modules, unhandled, reason) {
      for (const error of unhandled) fail("outside of any test", [error]);
      if (reason !== "passed" && counts.failed === 0) fail(`the run was ${reason}`, []);
      // Once more at the end, where the reader is: the first place is thousands of lines back.
      for (const failure of failures) process.stdout.write(`failed: ${failure}\n`);
      process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
    },
  };
}
