import { describe, expect, it } from "vitest";
import { payloadConverter } from "../../workflows/payload-converter.ts";
import { batchInput, publishInput, runEndedInput, runStartedInput, unknownSignalInput } from "../../workflows/registry-inbox.ts";

const event = { asset: "s3://lake/a" };
const bytes = new TextEncoder().encode("{}");
const secret = payloadConverter.fromPayload({ metadata: { encoding: new TextEncoder().encode("binary/encrypted") }, data: bytes });

const deep = JSON.parse(`{"asset":"s3://lake/a","data":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`);

const why = (inputs: ReturnType<typeof publishInput>) => inputs.map((input) => (input.kind === "reject" ? `${input.code} ${input.why}` : input.kind));

describe("a raw signal", () => {
  it("gives the machine what is JSON, and it judges that", () => {
    expect(publishInput(event, undefined)).toEqual([{ kind: "publish", events: [event], checked: false }]);
    expect(publishInput([event, null, 7, [event]], { checked: true })).toEqual([{ kind: "publish", events: [event, null, 7, [event]], checked: true }]);
    expect(publishInput([], undefined)).toEqual([]);
  });

  it.each([
    ["no input", [undefined, undefined], ["E_EVENT a signal needs an input: one event or a list of events"]],
    ["bytes", [bytes, undefined], ["E_EVENT_UNDECODABLE an event is JSON, and this is 2 bytes without an encoding"]],
    ["a payload that nobody can decode", [secret, undefined], [expect.stringContaining('encoding "binary/encrypted"')]],
    ["what is nested too deeply", [[event, deep], undefined], ["E_EVENT it is nested more than 100 levels deep", "publish"]],
    ["it as the second argument", [event, deep], ["publish", "E_EVENT it is nested more than 100 levels deep"]],
    ["bytes as the second argument", [event, bytes], ["publish", expect.stringContaining("2 bytes")]],
    ["two events as two arguments", [event, event], ["publish", "E_EVENT assetUpdated takes one argument; put several events into one list"]],
    ["three", [event, { checked: true }, event], ["publish", expect.stringContaining("takes one argument")]],
  ] as const)("with %s is rejected with its reason, and nothing is lost without a word", (_name, [payload, options, ...more], expected) => {
    expect(why(publishInput(payload, options, ...more))).toEqual(expected);
  });

  it("with a name that the registry does not have is rejected with the name", () => {
    const reason = 'E_EVENT the registry has no signal "AssetUpdated"; events come by assetUpdated';
    expect(why(unknownSignalInput("AssetUpdated", [event]))).toEqual([reason]);
    expect(unknownSignalInput("AssetUpdated", [event])).toMatchObject([{ event }]);
    expect(why(unknownSignalInput("AssetUpdated", []))).toEqual([reason]);
  });

  it("that is no batch of a watcher says what one is", () => {
    expect(why(batchInput({ watcher: 5 }))).toEqual(["E_EVENT a watcherBatch needs { watcher, generation, seq, events }"]);
  });
});

describe("a signal of a run", () => {
  const name = { run: "d/1", temporalRunId: "01a2b3c4-0000-7000-8000-0123456789ab", dag: "d" };
  const start = { ...name, partition: null, cause: { kind: "person", text: "by hand" } };
  const end = { ...name, status: "succeeded", outlets: [] };

  it("is a claim, of nothing but known fields", () => {
    expect(runStartedInput({ ...start, key: "k", events: 2, more: 1 })).toEqual([{ kind: "runStarted", claimed: true, ...start, key: "k", events: 2 }]);
    expect(runEndedInput({ ...end, kind: "publish", claimed: false })).toEqual([{ kind: "runEnded", claimed: true, ...end, partition: null }]);
    expect(runEndedInput({ ...end, error: "x".repeat(100_000) })).toMatchObject([{ error: "x".repeat(8_000) }]);
  });

  it.each([
    ["no object", 7, "must be an object"],
    ["no id", { ...end, run: "" }, "run must be the id"],
    ["an id that no object can hold", { ...end, run: "__proto__" }, "run must be the id"],
    ["a run id that Temporal never gives", { ...end, temporalRunId: "1" }, "temporalRunId must be"],
    ["a DAG that is none", { ...end, dag: 5 }, "dag must be"],
    ["a partition that is a number", { ...end, partition: 5 }, "partition must be"],
    ["a status that is none", { ...end, status: "running" }, "status is one of"],
    ["outlets that are no list", { ...end, outlets: {} }, "outlets must be a list"],
    ["an error that is no text", { ...end, error: {} }, "error must be a text"],
  ])("with %s is rejected: what is told of a run is written to the store", (_, payload, reason) => {
    expect(why(runEndedInput(payload))).toEqual([expect.stringContaining(reason)]);
  });

  it.each([
    ["no cause", { ...start, cause: undefined }, "cause must be"],
    ["a cause of no kind", { ...start, cause: { text: "x" } }, "cause must be"],
    ["a cause without a text", { ...start, cause: { kind: "person" } }, "cause must be"],
    ["a key that is a number", { ...start, key: 1 }, "key must be"],
    ["fewer events than none", { ...start, events: -1 }, "events must be"],
  ])("with %s is rejected, too", (_, payload, reason) => {
    expect(why(runStartedInput([payload]))).toEqual([expect.stringContaining(reason)]);
  });
});
