import { describe, expect, it } from "vitest";
import { payloadConverter } from "../../workflows/payload-converter.ts";
import { batchInput, publishInput, unknownSignalInput } from "../../workflows/registry-inbox.ts";

const event = { asset: "s3://lake/a" };
const bytes = new TextEncoder().encode("{}");
const secret = payloadConverter.fromPayload({ metadata: { encoding: new TextEncoder().encode("binary/encrypted") }, data: bytes });

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
