/**
 * Tests of DAGs, assets, watchers and lineage without a server, and the contract of sources. They throw, so any test runner will do.
 *
 * @module
 */
export type { MappedItems } from "../watchers/map-items.ts";
export { assertNoCycles } from "./assert-no-cycles.ts";
export type { Definitions } from "./definitions.ts";
export { event, type TestEvent } from "./event.ts";
export { type AssetExpectation, expectAsset } from "./expect-asset.ts";
export { expectLineage, type LineageFrom } from "./expect-lineage.ts";
export type { TestAnswer, TestArrival } from "./play-waits.ts";
export { type ContractCase, type SourceContractOptions, type SourceWorld, sourceContract } from "./source-contract/source-contract.ts";
export { type TestRunOptions, testDag } from "./test-dag.ts";
export type { PublishedEvent, TestItem, TestLogLine, TestRun, TestTask } from "./test-run.ts";
export { testWatcher } from "./test-watcher.ts";
