import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createLane, TryAgain } from "../../client/lane.ts";

const item = (name: string) => ({ text: JSON.stringify(name), bytes: name.length, count: 1 });

/** A lane whose signals take `took` milliseconds, and what each of them carried. */
function laneThat({ took = 0, gather, fails = 0 }: { took?: number; gather?: (took: number) => number; fails?: number }) {
  const sent: string[][] = [];
  let failures = fails;
  const lane = createLane({
    signal: "runEnded",
    giveUpAfter: Number.POSITIVE_INFINITY,
    ...(gather === undefined ? {} : { gather }),
    send: async (_, [items = "[]"]) => {
      await sleep(took);
      if (failures > 0) {
        failures -= 1;
        throw new TryAgain(new Error("away"));
      }
      sent.push(JSON.parse(items));
    },
  });
  return { lane, sent };
}

describe("a lane to the registry", () => {
  it("sends the first item at once, and what comes meanwhile together", async () => {
    const { lane, sent } = laneThat({ took: 20 });
    await Promise.all(["a", "b", "c"].map((name) => lane.add(item(name))));
    expect(sent).toEqual([["a"], ["b", "c"]]);
  });

  it("gathers behind a signal that took long, if it is one of those that gather", async () => {
    const asked: number[] = [];
    const gather = (took: number): number => {
      asked.push(took);
      return 500;
    };
    const { lane, sent } = laneThat({ took: 20, gather });
    await lane.add(item("a"));
    const rest: Promise<void>[] = [];
    for (const name of ["b", "c", "d"]) {
      rest.push(lane.add(item(name)));
      await turn();
    }
    await Promise.all(rest);
    expect(sent).toEqual([["a"], ["b", "c", "d"]]);
    expect(asked.every((took) => took >= 19)).toBe(true);
  });

  it("settles items when the registry has taken them, also at the second try", async () => {
    const { lane, sent } = laneThat({ fails: 1 });
    await Promise.all([lane.add(item("a")), lane.add(item("b"))]);
    expect(sent).toEqual([["a"], ["b"]]);
    await lane.idle();
  });
});
