import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ended } from "./headgate.ts";
import { openWorkplace, type Workplace } from "./workplace.ts";

/** For each test: it calls the command line many times, each a process of its own, on a machine that may be busy. */
const PATIENCE = 240_000;

const lake = (folder = "landing", data = "{ path: reading(path) }"): string => `
import { asset, dag, watch } from "headgate";
import { files } from "headgate/watchers/files";
export const landing = asset("s3://lake/landing", { owner: "data", description: "what came" });
function reading(path) {
  if (path.startsWith("bad")) throw new Error(path + " has no header");
  return path;
}
export const arrivals = watch("arrivals", files({ path: "${folder}" }), { publishes: landing, startAt: "beginning", map: ({ path }) => ({ data: ${data} }) });
export const take = dag("take", { on: landing, mode: "each" }, (d) => { d.task("take", { run: () => 1 }); });
`;

/** The life of a watcher by the command line, on real servers. The tests follow one another. */
describe("a watcher's life", { timeout: PATIENCE }, () => {
  let place: Workplace;
  const call = (...args: string[]): Promise<Ended> => place.call(...args);
  const until: Workplace["until"] = (args, isThere) => place.until(args, isThere);

  /** Paths of all events that were accepted, sorted, once there are so many. */
  async function published(events: number): Promise<readonly string[]> {
    const ended = await until(["events", "list", "--json"], ({ stdout }) => stdout.split('"path"').length - 1 >= events);
    return ended
      .json<{ data: { path: string } }[]>()
      .map(({ data }) => data.path)
      .sort();
  }

  beforeAll(async () => {
    place = await openWorkplace({ "dags/lake.ts": lake(), "landing/a.csv": "1" }, { HEADGATE_WATCHERS_EVERY: "300ms" });
    await place.startWorker();
    expect(await call("deploy")).toMatchObject({ code: 0 });
    expect(await published(1)).toEqual(["a.csv"]);
  }, PATIENCE);

  afterAll(() => place?.[Symbol.asyncDispose]());

  it("polls as often as the project says where the watcher does not", async () => {
    const shown = await call("watchers", "show", "arrivals", "--json");
    expect(shown.json()).toMatchObject({ deployed: { every: 300 }, live: { status: "running", generation: 1 } });
  });

  it("pauses, with who and why", async () => {
    const paused = await call("watchers", "pause", "arrivals", "--reason", "the lake moves");
    expect(paused.stdout).toMatch(/^arrivals is paused by \S+ .*: the lake moves$/m);
    expect(paused.code).toBe(0);
    expect((await call("watchers", "show", "arrivals")).stdout).toMatch(/^paused +by \S+ .*: the lake moves$/m);
  });

  it("stays paused over a new worker and a deploy, and a test shows what waits without taking it", async () => {
    await place.stopWorker();
    await place.project.write("landing/b.csv", "2");
    await place.startWorker();
    expect((await call("deploy")).code).toBe(0);
    const trial = await until(["watchers", "test", "arrivals"], ({ stdout }) => stdout.includes("b.csv"));
    expect(trial.stdout).toMatch(/^arrivals reads file:\/\/.*\/landing, from \{/m);
    expect(trial.stdout).toContain("it would publish 1 event\n");
    expect((await call("watchers", "list")).stdout).toMatch(/^arrivals +paused/m);
    expect(await published(1)).toEqual(["a.csv"]);
  });

  it("goes on where it stood", async () => {
    expect((await call("watchers", "resume", "arrivals")).stdout).toBe("arrivals goes on\n");
    expect(await published(2)).toEqual(["a.csv", "b.csv"]);
    expect((await call("watchers", "test", "arrivals")).stdout).toContain("it would publish nothing now");
    expect((await call("watchers", "test", "arrivals", "--from", "beginning")).stdout).toContain("it would publish 2 events");
  });

  it("reset with --skip publishes only what never was", async () => {
    const reset = await call("watchers", "reset", "arrivals", "--to", "beginning", "--skip", "--reason", "to be sure");
    expect(reset.stdout).toContain("arrivals reads from beginning; what was published before is left out");
    await place.project.write("landing/c.csv", "3");
    expect(await published(3)).toEqual(["a.csv", "b.csv", "c.csv"]);
    const { stored } = (await call("watchers", "show", "arrivals", "--json")).json<{ stored: object }>();
    expect(stored).toMatchObject({ generation: 1, resets: [{ to: "beginning", deliver: "skip", why: "to be sure", cursorBefore: expect.anything() }] });
  });

  it("reset with --redeliver publishes all of it again as new events, once for each request", async () => {
    const args = ["watchers", "reset", "arrivals", "--to", "beginning", "--redeliver", "--request-id", "again-1"];
    expect((await call(...args)).stdout).toContain("arrivals reads from beginning, in generation 2: what was published before comes again");
    expect(await published(6)).toEqual(["a.csv", "a.csv", "b.csv", "b.csv", "c.csv", "c.csv"]);
    expect((await call(...args)).stdout).toContain("in generation 2");
    const runs = await until(["runs", "list", "--dag", "take", "--json"], ({ stdout }) => stdout.split('"succeeded"').length - 1 >= 6);
    expect(runs.json<unknown[]>()).toHaveLength(6);
  });

  it("reset to a position reads from there", async () => {
    await call("watchers", "pause", "arrivals");
    await place.project.write("landing/d.csv", "4");
    // The file's time and the position are in milliseconds, of two clocks that read alike.
    await delay(1_000);
    const reset = await call("watchers", "reset", "arrivals", "--to", JSON.stringify({ after: new Date().toISOString() }), "--skip");
    expect(reset.stdout).toMatch(/^arrivals reads from \{"after":/);
    await call("watchers", "resume", "arrivals");
    await until(["watchers", "show", "arrivals", "--json"], ({ stdout }) => stdout.includes('"stock": "taken"'));
    await place.project.write("landing/e.csv", "5");
    expect(await published(7)).toEqual(["a.csv", "a.csv", "b.csv", "b.csv", "c.csv", "c.csv", "e.csv"]);
  });

  it("keeps what it cannot understand as dead letters, until the corrected map makes events of them or a person drops them", async () => {
    await place.project.write("landing/bad-1.csv", "x");
    await place.project.write("landing/bad-2.csv", "x");
    const list = ["dead-letters", "list", "--watcher", "arrivals", "--json"];
    const waiting = (await until(list, ({ stdout }) => stdout.includes("bad-1") && stdout.includes("bad-2"))).json<{ id: string; reason: string }[]>();
    expect(waiting.map(({ reason }) => reason).sort()).toEqual(["map threw Error: bad-1.csv has no header", "map threw Error: bad-2.csv has no header"]);
    const [first, second] = waiting.map(({ id }) => id).sort() as [string, string];

    const again = await call("dead-letters", "redrive", "arrivals", first);
    expect({ code: again.code, stdout: again.stdout }).toEqual({
      code: 1,
      stdout: `redriven 0 dead letters of arrivals: 0 events published\n${first}: map threw Error: bad-1.csv has no header\n`,
    });
    await place.project.write("dags/lake.ts", lake("landing", "{ path }"));
    const redriven = await call("dead-letters", "redrive", "arrivals", first);
    expect(redriven.stdout).toBe("redriven 1 dead letter of arrivals: 1 event published\n");
    expect(await published(8)).toContain("bad-1.csv");

    expect((await call("dead-letters", "drop", "arrivals", "--all")).stderr).toContain("E_USAGE: what is dropped never becomes an event");
    expect((await call("dead-letters", "drop", "arrivals", "--all", "--reason", "a test")).stdout).toBe("dropped 1 dead letter of arrivals\n");
    expect((await call("dead-letters", "list")).stdout).toBe("no dead letters\n");
    expect((await call("dead-letters", "show", "arrivals", second)).stdout).toMatch(/^dropped +by \S+ .*: a test$/m);
  });

  it("that reads another folder is deployed only with a position there", async () => {
    await place.project.write("landing-2/z.csv", "1");
    await place.project.write("dags/lake.ts", lake("landing-2"));
    const refused = await call("deploy");
    expect(refused.stderr).toMatch(
      /E_WATCHER_CHANGED: watcher arrivals would read files file:.*\/landing-2, and its position belongs to files file:.*\/landing/,
    );
    expect(refused.code).not.toBe(0);
    await place.startWorker();
    expect((await call("deploy", "--position", "arrivals=beginning")).stdout).toMatch(/^arrivals reads files file:.*\/landing-2 now, from beginning$/m);
    expect(await published(9)).toContain("z.csv");
  });

  it.each([
    [["watchers", "reset", "arrivals", "--to", "now"], "E_USAGE: a reset must say what becomes of events that were published before", 2],
    [["watchers", "reset", "arrivals", "--to", "now", "--skip", "--redeliver"], "E_USAGE: --redeliver and --skip exclude one another", 2],
    [["watchers", "reset", "arrivals", "--to", "yesterday", "--skip"], 'E_USAGE: "yesterday" is no position', 2],
    [["watchers", "pause", "nobody"], 'E_WATCHER_UNKNOWN: no watcher "nobody" runs', 1],
    [["watchers", "test", "arrival"], "E_WATCHER_UNKNOWN: the project has no watcher arrival", 1],
  ])("refuses %j", async (args, says, code) => {
    const ended = await call(...args);
    expect(ended.stderr).toContain(says);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: "" });
  });
});
