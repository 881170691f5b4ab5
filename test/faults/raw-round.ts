import { randomUUID } from "node:crypto";
import { SIGNALS } from "../../core/registry-protocol.ts";
import { batch, checked, days, each } from "./dags/faults.ts";
import type { GeneratedInput } from "./generator.ts";

/** A payload as strangers write it: any text under any encoding. */
export interface RawPayload {
  readonly text: string;
  /** @default "json/plain" */
  readonly encoding?: string;
}

export interface RawSignal {
  readonly name: string;
  readonly payloads: readonly RawPayload[];
}

/** What one round of a stranger's signals is, and what must become of it. */
export interface RawRound {
  readonly signals: readonly RawSignal[];
  /** What must be in one run's input each; an event without an id is known by its `data.tag`. */
  readonly inputs: readonly GeneratedInput[];
  /** What must be on the rejected list: its code, and the id of the event or run. */
  readonly rejected: readonly (readonly [code: string, id: string | null])[];
  /** How many repeats the ledger must have. */
  readonly repeats: number;
}

const json = (value: unknown): RawPayload => ({ text: JSON.stringify(value) });
const update = (value: unknown): RawSignal => ({ name: SIGNALS.assetUpdated, payloads: [json(value)] });

function deep(id: string, levels: number): string {
  return `{"asset":"${batch.uri}","id":"${id}","data":{"x":${"[".repeat(levels)}${"]".repeat(levels)}}}`;
}

/** Signals that are right, wrong, repeated, mixed and forged. `n` makes their ids this round's own. */
export function rawRound(n: number): RawRound {
  const id = (name: string): string => `${name}-${n}`;
  const good = (asset: { readonly uri: string }, name: string): object => ({ asset: asset.uri, id: id(name), data: {} });
  const single = good(each, "single");
  const listed = ["l1", "l2"].map((name) => good(batch, name));
  const forged = { temporalRunId: randomUUID(), dag: "fault-each", status: "succeeded", outlets: [good(each, "forged-outlet")] };
  const ghost = { run: `fault-slow/ghost-${n}`, temporalRunId: randomUUID(), dag: "fault-slow" };
  return {
    signals: [
      update(single),
      update({ asset: each.uri, data: { tag: id("tag") } }),
      update(listed),
      // Again: alone, in a list, and under another name in the URI.
      update(single),
      update([listed[0], listed[0]]),
      update({ ...single, asset: `${each.uri}/` }),
      // One bad event among good ones stops none of them.
      update([good(batch, "before"), { ...good(batch, "colour"), colour: "red" }, good(batch, "after")]),
      update([{ ...good(days, "grain"), partition: "2026-11-23T05" }, good(days, "missing"), { ...good(days, "no-day"), partition: "2026-02-30" }]),
      update([
        { ...good(checked, "fits"), data: { n } },
        { ...good(checked, "breaks"), data: { n: "text" } },
      ]),
      update([{ ...good(each, "time"), time: "yesterday" }, { ...good(each, "no-uri"), asset: "no uri at all" }, id("a text"), null]),
      update({ asset: `fault://lake/unknown-${n % 5}`, id: id("unknown") }),
      { name: SIGNALS.assetUpdated, payloads: [{ text: JSON.stringify(good(each, "secret")), encoding: "binary/encrypted" }] },
      { name: SIGNALS.assetUpdated, payloads: [{ text: '{"asset":' }] },
      // To write down again what is nested like that would use up the stack; a mark of ours that a stranger writes is none.
      { name: SIGNALS.assetUpdated, payloads: [{ text: `[${JSON.stringify(good(batch, "beside"))},${deep(id("deep"), 20_000)}]` }] },
      { name: SIGNALS.assetUpdated, payloads: [{ text: deep(id("deeper"), 200) }] },
      { name: SIGNALS.assetUpdated, payloads: [{ text: '{"headgate:undecodable":null}' }] },
      { name: "assetUpdate", payloads: [json(good(each, "misspelt"))] },
      // Runs that never were, and words that are none.
      { name: SIGNALS.runEnded, payloads: [json({ ...forged, run: id("nobody") })] },
      { name: SIGNALS.runEnded, payloads: [json({ ...forged, run: id("partition"), partition: 5 })] },
      { name: SIGNALS.runStarted, payloads: [json({ ...ghost, cause: { kind: "person", text: "forged" } })] },
      { name: SIGNALS.runEnded, payloads: [json({ ...forged, ...ghost })] },
      { name: SIGNALS.watcherBatch, payloads: [json({ watcher: id("batch") })] },
    ],
    inputs: [
      ...["single", "tag"].map((name) => ({ asset: each.uri, id: id(name) })),
      ...["l1", "l2", "before", "after", "beside"].map((name) => ({ asset: batch.uri, id: id(name) })),
      { asset: checked.uri, id: id("fits") },
    ],
    rejected: [
      ...["colour", "time", "misspelt", "partition"].map((name) => ["E_EVENT", id(name)] as const),
      // The text, null, the forged mark, what is too deep to be looked at, and the batch without events.
      ...[null, null, null, null, null].map((none) => ["E_EVENT", none] as const),
      ...["grain", "missing", "no-day"].map((name) => ["E_EVENT_PARTITION", id(name)] as const),
      ["E_EVENT_DATA", id("breaks")],
      ["E_ASSET_URI", id("no-uri")],
      ...[null, null, null].map((none) => ["E_EVENT_UNDECODABLE", none] as const),
      ["E_RUN_UNKNOWN", id("nobody")],
      ["E_RUN_UNKNOWN", ghost.run],
    ],
    repeats: 4,
  };
}
