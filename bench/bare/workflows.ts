import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineSignal,
  ParentClosePolicy,
  proxyActivities,
  setHandler,
  startChild,
  workflowInfo,
} from "@temporalio/workflow";

// The same job with the bare SDK, as its documentation writes it: what Headgate is measured against.

/** A signal starts a child; nothing is evaluated, remembered or deduplicated. */
export async function bareRegistry(): Promise<void> {
  const inbox: { id: string }[] = [];
  let starting = 0;
  setHandler(defineSignal<[{ id: string }]>("go"), (event) => void inbox.push(event));
  for (;;) {
    await condition(() => inbox.length > 0);
    if (workflowInfo().historyLength > 2_000 && starting === 0 && allHandlersFinished() && inbox.length === 0)
      return await continueAsNew<typeof bareRegistry>();
    for (const event of inbox.splice(0)) {
      starting += 1;
      void startChild(bareTask, { args: [event], workflowId: `bare/${event.id}`, parentClosePolicy: ParentClosePolicy.ABANDON }).then(() => {
        starting -= 1;
      });
    }
  }
}

interface Activities {
  mark(event: { id: string }): Promise<string>;
  next(n: number): Promise<number>;
  list(): Promise<number[]>;
}

const { mark, next, list } = proxyActivities<Activities>({ startToCloseTimeout: "1 minute" });

/** One workflow with one activity: the smallest run there is. */
export async function bareTask(event: { id: string }): Promise<string> {
  return await mark(event);
}

/** Ten activities, each after the one before. */
export async function bareTen(): Promise<number> {
  let n = 0;
  for (let k = 0; k < 10; k += 1) n = await next(n);
  return n;
}

/** An activity for each item of a list, 20 at a time. */
export async function bareMap(): Promise<number[]> {
  const items = await list();
  const results: number[] = [];
  let at = 0;
  async function work(): Promise<void> {
    while (at < items.length) {
      const k = at;
      at += 1;
      results[k] = await next(items[k] as number);
    }
  }
  await Promise.all(Array.from({ length: 20 }, work));
  return results;
}
