import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take longest, mostly by waiting: what begins last must not be what ends last. A file that is not named is shorter than 40 s. */
const LONGEST = [
  "test/faults/killed.integration.test.ts",
  "test/cli/servers.integration.test.ts",
  "test/watchers/kafka/read-topic.server.test.ts",
  "test/cli/operators.integration.test.ts",
  "test/watchers/killed/killed.integration.test.ts",
  "test/cli/history.integration.test.ts",
  "test/runtime/embedded/stack.integration.test.ts",
  "test/faults/servers.integration.test.ts",
  "test/workflows/lost-worker.integration.test.ts",
];

/** Starts the longest files first, so that the workers end at about the same time, also on a machine that has never run them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex((file) => moduleId.endsWith(file));
      return place < 0 ? LONGEST.length : place;
    };
    // Stable: the others stay as vitest sorts them.
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
