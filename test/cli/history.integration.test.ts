import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ended } from "./headgate.ts";
import { openWorkplace, type Workplace } from "./workplace.ts";

const HEAD = `
import { all, asset, dag } from "headgate";
const about = { owner: "data", description: "what it is" };
export const raw = asset("s3://lake/raw", about);
export const rates = asset("s3://lake/rates", about);
const nothing = (d: any) => { d.task("take", { run: () => 1 }); };
`;
const mart = (on: string, policy = ""): string => `export const mart = dag("mart", { on: ${on}${policy} }, nothing);\n`;
const late = (startAt: string): string => `export const late = dag("late", { on: raw${startAt} }, nothing);\n`;

/** For each test: it calls the command line many times, each a process of its own, on a machine that may be busy. */
const PATIENCE = 240_000;

/** What was recorded, on real servers: a DAG that begins in the past, replays, plans. The tests follow one another. */
describe("what was recorded", { timeout: PATIENCE }, () => {
  let place: Workplace;
  const call = (...args: string[]): Promise<Ended> => place.call(...args);
  const until: Workplace["until"] = (args, isThere) => place.until(args, isThere);

  /** How many events the runs of a DAG took, oldest run first, once there are so many and all have succeeded. */
  async function takenBy(dag: string, runs: number): Promise<number[]> {
    const ended = await until(["runs", "list", "--dag", dag, "--json"], ({ stdout }) => stdout.split('"succeeded"').length - 1 >= runs);
    return ended
      .json<{ events: number }[]>()
      .map(({ events }) => events)
      .reverse();
  }

  beforeAll(async () => {
    // The worker has the code of all, before they are deployed one by one.
    place = await openWorkplace({ "dags/lake.ts": HEAD + mart("raw") + late("") });
    await place.startWorker();
    await place.project.write("dags/lake.ts", HEAD + mart("raw"));
    expect(await call("deploy")).toMatchObject({ code: 0 });
    for (const [index, id] of ["raw-1", "raw-2", "raw-3"].entries()) {
      expect(await call("publish", "s3://lake/raw", "--id", id)).toMatchObject({ code: 0 });
      await takenBy("mart", index + 1);
    }
  }, PATIENCE);

  afterAll(() => place?.[Symbol.asyncDispose]());

  it("a new DAG with startAt gets it in one run", async () => {
    await place.project.write("dags/lake.ts", HEAD + mart("raw") + late(', startAt: { since: "1h" }'));
    const { code, stderr, stdout } = await call("deploy");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^late got 3 recorded events, accepted since \d{4}-.*Z$/m);
    expect(await takenBy("late", 1)).toEqual([3]);
  });

  it("and what comes later once", async () => {
    expect((await call("deploy")).stdout).not.toContain("late got");
    await call("publish", "s3://lake/raw", "--id", "raw-4");
    expect(await takenBy("late", 2)).toEqual([3, 1]);
    expect(await takenBy("mart", 4)).toEqual([1, 1, 1, 1]);
  });

  it("a replay of the deployed condition finds that it would decide again as it did", async () => {
    const { code, stderr, stdout } = await call("replay", "mart", "--since", "1h");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^mart from .*Z to .*Z: 4 events, 4 runs then, 4 now$/m);
    expect(stdout).toContain("4 runs the same, none otherwise");
    expect(stdout).toContain("- anything before the first deploy of the DAG: the replay begins there");
  });

  it("a replay of a changed condition shows which runs would not be as they were", async () => {
    await place.project.write("changed.dag.ts", HEAD + mart("raw.count(2)"));
    const asData = await call("replay", "mart", "--since", "1h", "--file", "changed.dag.ts", "--json");
    expect(asData.json()).toMatchObject({
      ...{ dag: "mart", events: 4, runsThen: 4, runsNow: 2, same: 0, onlyNow: [], moved: [] },
      onlyThen: [{ events: [{ id: "raw-2" }], status: "succeeded" }, { events: [{ id: "raw-4" }] }],
      otherEvents: [
        { was: { events: [{ id: "raw-1" }] }, now: { events: [{ id: "raw-1" }, { id: "raw-2" }] }, without: [], also: [{ id: "raw-2" }] },
        { now: { events: [{ id: "raw-3" }, { id: "raw-4" }] } },
      ],
    });
    const asText = await call("replay", "mart", "--since", "1h", "--file", "changed.dag.ts");
    expect(asText.stdout).toContain("0 runs the same, 4 otherwise");
    expect(asText.stdout).toMatch(/^Only then\n {2}AT .*\n.* raw-2\n.* raw-4$/m);
  });

  it.each([
    [["replay", "nobody", "--since", "1h"], "error E_DAG_UNKNOWN", 1],
    [["replay", "mart", "--since", "1h", "--until", "2h"], "error E_USAGE: --since is not before --until", 2],
    [["replay", "mart", "--since", "1h", "--file", "nowhere.ts"], "error E_DAG_FILE", 2],
    [["replay", "mart"], "--since", 2],
  ])("refuses %j", async (args, says, code) => {
    const ended = await call(...args);
    expect(ended.stderr).toContain(says);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: "" });
  });

  it("an event waits for another one, by an edited condition", async () => {
    await place.project.write("dags/lake.ts", HEAD + mart("all(raw, rates)"));
    expect(await call("deploy")).toMatchObject({ code: 0 });
    await call("publish", "s3://lake/raw", "--id", "raw-5");
    await until(["explain", "mart"], ({ stdout }) => stdout.includes("1 event pending"));
    await until(["explain", "--event", "raw-5"], ({ stdout }) => /mart .* pending/.test(stdout));
  });

  it("a plan shows conditions, pending events and runs that would be others", async () => {
    await place.project.write("dags/lake.ts", HEAD + mart("rates.count(2)"));
    const { code, stdout } = await call("deploy", "--plan");
    expect(stdout).toContain("1 pending event would be dropped\nno run would start at once\n4 runs of the last 7 days would not be as they were");
    expect(stdout).toContain("Condition of mart\n  - all\n  -   s3://lake/raw\n  -   s3://lake/rates\n  + s3://lake/rates.count(2)");
    expect(stdout).toMatch(/^Dropped\n.*\n {2}mart +1 +condition changed +raw-5$/m);
    expect(stdout).toContain("not deployed, as this was a plan: 1 DAG changed");
    expect(code).toBe(0);
  });

  it("and changes nothing", async () => {
    const asData = await call("deploy", "--plan", "--json");
    expect(asData.json()).toMatchObject({
      ...{ deployed: false, starts: [] },
      dropped: [{ dag: "mart", why: "condition changed", count: 1, events: [{ id: "raw-5" }] }],
      replays: [{ dag: "mart", runsThen: 4, runsNow: 0 }],
    });
    expect((await call("explain", "mart")).stdout).toContain("1 event pending");
  });
});
