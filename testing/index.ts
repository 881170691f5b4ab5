/**
 * Tests of DAGs without a server.
 *
 * @module
 */
export { event, type TestEvent } from "./event.ts";
export type { TestAnswer } from "./play-waits.ts";
export { type TestRunOptions, testDag } from "./test-dag.ts";
export type { PublishedEvent, TestItem, TestLogLine, TestRun, TestTask } from "./test-run.ts";
