import { asset, dag } from "headgate";
import { mark } from "../mark.ts";

export const hopIn = asset("bench://hop/in");
export const hopOut = asset("bench://hop/out");
export const burstIn = asset("bench://burst/in");
export const burstOut = asset("bench://burst/out");
export const chain = [0, 1, 2, 3].map((n) => asset(`bench://chain/${n}`));

/** One event, one run, one task, one outlet. */
export const hop = dag("bench-hop", { on: hopIn }, (d) => {
  d.task("mark", { needs: { events: hopIn }, outlets: [hopOut], run: ({ events }) => mark(events[0]?.id ?? "") });
});

export const burst = dag("bench-burst", { on: burstIn, mode: "each", concurrency: 1_000 }, (d) => {
  d.task("mark", { needs: { events: burstIn }, outlets: [burstOut], run: ({ events }) => mark(events[0]?.id ?? "") });
});

export const backlogIn = asset("bench://backlog/in");

/** Paused while a backlog gathers; then it takes as many at once as a run's input holds. */
export const backlog = dag("bench-backlog", { on: backlogIn, batch: { max: 50_000 }, concurrency: 8 }, (d) => {
  d.task("take", { needs: { events: backlogIn }, run: ({ events }) => events.length });
});

/** Three DAGs one after the other; the id of the first event goes along in the data. */
export const links = [1, 2, 3].map((n) => {
  const [from, to] = [chain[n - 1], chain[n]];
  if (from === undefined || to === undefined) throw new Error("the chain has four assets");
  return dag(`bench-chain-${n}`, { on: from }, (d) => {
    d.task("mark", {
      needs: { events: from },
      outlets: [to],
      run: ({ events }, ctx) => {
        const { first } = (events[0]?.data ?? {}) as { first?: string };
        mark(`${first}/${n}`);
        ctx.publish(to, { data: { first: first ?? "" } });
      },
    });
  });
});

/** Ten tasks, each after the one before. */
export const ten = dag("bench-ten", {}, (d) => {
  let before = d.task("task-1", { run: () => 1 });
  for (let n = 2; n <= 10; n += 1) before = d.task(`task-${n}`, { needs: { before }, run: ({ before: value }) => value + 1 });
});

export const map = dag("bench-map", {}, (d) => {
  const list = d.task("list", { run: () => Array.from({ length: 1_000 }, (_, n) => n) });
  d.map("each", { over: list, limit: 20, run: (n) => n + 1 });
});
