import { expect, it } from "vitest";
import { checkKafka } from "../../../scripts/assets/check-kafka.ts";
import { followEvent } from "../../../scripts/assets/follow-event.ts";
import type { Stage } from "../stage.ts";

/** scripts/: Kafka from end to end, and an asset that is published by hand. */
export function scriptsScene(stage: Stage): void {
  it("follows a record to the run that it starts, and says why one gets nowhere", async () => {
    const check = async (value: string): Promise<{ readonly ok: boolean; readonly steps: string }> => {
      const steps: string[] = [];
      const connection = (): string => `kafka://${stage.servers().kafka.broker}`;
      const common = { store: stage.examples().store, asset: "kafka://streams/user-events" };
      const ok = await checkKafka({ ...common, connection, value, onStep: (line) => steps.push(line) });
      return { ok, steps: steps.join("\n") };
    };
    const good = await check(JSON.stringify({ id: "k1", user: "eve", action: "look", at: "2026-11-23T12:00:00Z" }));
    expect(good.steps).toMatch(/^sent .*\naccepted .*\n(pending .*\n)?consumed +by kafka-triggered\nsucceeded +\S*kafka-triggered\/\S+$/);
    expect(good.ok).toBe(true);
    const bad = await check("no JSON");
    expect(bad.steps).toMatch(/^sent .*\nrefused .*headgate dead-letters show user-events-arrive \S+$/);
    expect(bad.ok).toBe(false);
  });

  it("says of an asset that nobody waits for that no DAG does", async () => {
    const { headgate, store } = stage.examples();
    await headgate.publish([{ asset: "lake://nobody/waits", id: "by-hand" }]);
    const steps: string[] = [];
    expect(await followEvent({ store, event: { id: "by-hand" }, patience: 2_000, onStep: (line) => steps.push(line) })).toBe(false);
    expect(steps).toEqual([expect.stringMatching(/^accepted +lake:\/\/nobody\/waits as number \d+$/), "no DAG waits for it"]);
  });
}
