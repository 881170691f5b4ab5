import { setTimeout as pause } from "node:timers/promises";
import { SIGNALS } from "../core/registry-protocol.ts";
import { BARE_REGISTRY, type Sides } from "./sides.ts";
import { type Figure, median, percentile } from "./statistics.ts";

/**
 * From the accepted signal to the first line of task code, one event at a time, bare and ours in turns. The instant of
 * acceptance is when the signal's call returns; both sides pay for the same call.
 */
export async function measureHops(sides: Sides, samples: number): Promise<readonly Figure[]> {
  const registry = sides.client.workflow.getHandle(sides.names.registry);
  const bareRegistry = sides.client.workflow.getHandle(BARE_REGISTRY);
  const ours: number[] = [];
  const bare: number[] = [];
  for (let i = 0; i < samples + WARM_UP; i += 1) {
    const event = { asset: "bench://hop/in", source: "bench", id: `hop-${i}` };
    const first = await timed(
      () => bareRegistry.signal("go", event),
      () => sides.bare.marked(event.id),
    );
    const second = await timed(
      () => registry.signal(SIGNALS.assetUpdated, event),
      () => sides.ours.marked(event.id),
    );
    // The next sample must not meet the end of this run.
    await pause(15);
    if (i < WARM_UP) continue;
    bare.push(first);
    ours.push(second);
  }
  const chain = await measureChain(sides, Math.ceil(samples / 5));
  const hop = median(ours);
  return [
    ratio("hop p50", median(ours), median(bare), 1.3),
    ratio("hop p99", percentile(ours, 0.99), percentile(bare, 0.99), 2),
    {
      name: "hop p99.9, over a continue-as-new",
      unit: "ms",
      ours: percentile(ours, 0.999),
      bare: percentile(bare, 0.999),
      value: percentile(ours, 0.999),
      target: { kind: "at most", value: 3_000 },
    },
    { name: "chain of three p50, in hops", unit: "hops", ours: chain / hop, value: chain / hop, target: { kind: "at most", value: 3.3 } },
  ];
}

const WARM_UP = 20;

async function measureChain(sides: Sides, samples: number): Promise<number> {
  const registry = sides.client.workflow.getHandle(sides.names.registry);
  const times: number[] = [];
  for (let i = 0; i < samples; i += 1) {
    const first = `chain-${i}`;
    times.push(
      await timed(
        () => registry.signal(SIGNALS.assetUpdated, { asset: "bench://chain/0", source: "bench", id: first, data: { first } }),
        () => sides.ours.marked(`${first}/3`),
      ),
    );
    await pause(15);
  }
  return median(times);
}

async function timed(send: () => Promise<unknown>, marked: () => Promise<number>): Promise<number> {
  await send();
  const accepted = performance.timeOrigin + performance.now();
  return (await marked()) - accepted;
}

function ratio(name: string, ours: number, bare: number, most: number): Figure {
  return { name, unit: "ms", ours, bare, value: ours / bare, target: { kind: "at most", value: most } };
}
