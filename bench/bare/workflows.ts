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

const { mark } = proxyActivities<{ mark(event: { id: string }): Promise<string> }>({ startToCloseTimeout: "1 minute" });

/** One workflow with one activity: the smallest run there is. */
export async function bareTask(event: { id: string }): Promise<string> {
  return await mark(event);
}
