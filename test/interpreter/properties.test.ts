import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Plan, type PlanTask, TRIGGER_RULES } from "../../core/plan.ts";
import { decide, type RunEvent } from "../../interpreter/index.ts";
import { type Play, planOf, play, type ShortTask } from "./play.ts";

type Fate = "succeeds" | "fails" | "skips itself" | "is lost once";
interface World {
  readonly plan: Plan;
  readonly fates: Readonly<Record<string, Fate>>;
}

/** Random graphs: each task waits for some of those before it, under a random rule; every third one is a branch. */
const world: fc.Arbitrary<World> = fc
  .array(
    fc.record({
      rule: fc.constantFrom(...TRIGGER_RULES),
      before: fc.array(fc.nat(), { maxLength: 4 }),
      branch: fc.integer({ min: 0, max: 2 }).map((n) => n === 0),
      onPath: fc.boolean(),
      fate: fc.constantFrom<Fate>("succeeds", "succeeds", "fails", "skips itself", "is lost once"),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((specs) => {
    const tasks: Record<string, ShortTask> = {};
    specs.forEach((spec, index) => {
      const after = [...new Set(spec.before.map((n) => (index === 0 ? -1 : n % index)).filter((n) => n >= 0))].map((n) => {
        const path = specs[n]?.branch === true && spec.onPath ? (n % 2 === 0 ? ".left" : ".right") : "";
        return `t${n}${path}`;
      });
      tasks[`t${index}`] = { after, when: spec.rule, ...(spec.branch ? { paths: ["left", "right"] } : {}) };
    });
    return { plan: planOf(tasks), fates: Object.fromEntries(specs.map((spec, index) => [`t${index}`, spec.fate])) };
  });

/** Plays a world to its end; `pick` chooses which of the running tasks ends next. */
function playOut(
  { plan, fates }: World,
  pick: (running: readonly string[]) => string,
  cancelAfter = Number.POSITIVE_INFINITY,
): Play & { scheduledAtCancel(): number } {
  const run = play(plan);
  const lost = new Set<string>();
  const task = (id: string): PlanTask => plan.tasks.find((one) => one.id === id) as PlanTask;
  let scheduledAtCancel = -1;
  for (let steps = 0; run.end() === undefined; steps += 1) {
    if (steps > 200) throw new Error("the run does not end");
    if (steps === cancelAfter) {
      run.send({ kind: "cancel" });
      scheduledAtCancel = run.scheduled().length;
      continue;
    }
    const id = pick(Object.keys(run.statuses()).filter((one) => run.statuses()[one] === "running"));
    const fate = fates[id];
    const paths = task(id).paths === undefined ? {} : { paths: [Number(id.slice(1)) % 3 === 0 ? "left" : "right"] };
    const again = fate === "is lost once" && !lost.has(id);
    lost.add(id);
    const event: RunEvent = again
      ? { kind: "lost", task: id, attempts: 1 }
      : fate === "fails"
        ? { kind: "failed", task: id, error: "boom" }
        : { kind: "completed", task: id, output: { value: null, outlets: [], ...paths, ...(fate === "skips itself" ? { skipped: "by itself" } : {}) } };
    run.send(event);
  }
  return { ...run, scheduledAtCancel: () => scheduledAtCancel };
}

const first = (running: readonly string[]): string => running[0] as string;
const last = (running: readonly string[]): string => running.at(-1) as string;

describe("any run of any graph", () => {
  it("ends, with one final status for each task and one end", () => {
    fc.assert(
      fc.property(world, (given) => {
        const run = playOut(given, first);
        for (const status of Object.values(run.statuses())) expect(["succeeded", "failed", "skipped"]).toContain(status);
        expect(run.commands.filter((command) => command.kind === "end")).toHaveLength(1);
        expect(run.state()).toMatchObject({ running: 0, queue: [] });
      }),
      { numRuns: 500 },
    );
  });

  it("starts no task before its trigger has fired, and each once unless its worker was lost", () => {
    fc.assert(
      fc.property(world, (given) => {
        const run = play(given.plan);
        const seen = new Map<string, number>();
        let at = 0;
        const watched = playOut(given, last);
        // Replays the events' order by the statuses: a scheduled task's rule must say "run" once all that ended has ended.
        for (const command of watched.commands) {
          if (command.kind !== "schedule") continue;
          seen.set(command.task, (seen.get(command.task) ?? 0) + 1);
          at += 1;
          const node = run.graph.nodes.get(command.task);
          if (node === undefined) throw new Error("scheduled a task that is not in the plan");
          expect(decide(run.graph, node, watched.state().tasks).kind).toBe("run");
        }
        expect(at).toBeGreaterThan(0);
        for (const [id, times] of seen) expect(times).toBe(given.fates[id] === "is lost once" ? 2 : 1);
      }),
      { numRuns: 500 },
    );
  });

  it("leaves no task aside whose rule says run at the end", () => {
    fc.assert(
      fc.property(world, (given) => {
        const run = playOut(given, first);
        const scheduled = new Set(run.scheduled());
        for (const [id, node] of run.graph.nodes) {
          if (!scheduled.has(id)) expect(["skip", "fail"]).toContain(decide(run.graph, node, run.state().tasks).kind);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("ends the same whatever the order in which tasks end", () => {
    fc.assert(
      fc.property(world, fc.infiniteStream(fc.nat()), (given, numbers) => {
        const random = playOut(given, (running) => running[(numbers.next().value as number) % running.length] as string);
        const inOrder = playOut(given, first);
        expect(random.statuses()).toEqual(inOrder.statuses());
        expect(random.end()?.status).toBe(inOrder.end()?.status);
      }),
      { numRuns: 500 },
    );
  });

  it("ends as cancelled from any moment on, and starts nothing after it", () => {
    fc.assert(
      fc.property(world, fc.nat({ max: 10 }), (given, moment) => {
        const run = playOut(given, first, moment);
        const cancelled = run.state().cancelling;
        if (cancelled) expect(run.scheduled().length).toBe(run.scheduledAtCancel());
        expect(run.end()?.status === "cancelled").toBe(cancelled);
        for (const status of Object.values(run.statuses())) expect(["succeeded", "failed", "skipped", "cancelled"]).toContain(status);
      }),
      { numRuns: 500 },
    );
  });
});
