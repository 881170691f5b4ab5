/**
 * Tests of DAGs without a server, and the contract of sources.
 *
 * @module
 */
export { event, type TestEvent } from "./event.ts";
export type { TestAnswer } from "./play-waits.ts";
export { type ContractCase, type SourceContractOptions, type SourceWorld, sourceContract } from "./source-contract/source-contract.ts";
export { type TestRunOptions, testDag } from "./test-dag.ts";
export type { PublishedEvent, TestItem, TestLogLine, TestRun, TestTask } from "./test-run.ts";
