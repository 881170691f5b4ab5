import { getExternalWorkflowHandle } from "@temporalio/workflow";
import { type EventAnswer, RUN_SIGNALS } from "../core/run-protocol.ts";

export interface AnswerOutflow {
  /** Tells runs of the events that their tasks wait for. */
  tell(answers: readonly EventAnswer[]): void;
  /** Sends what waited for its run to exist. */
  pump(): void;
  /** Answers that nobody is known to have got. Told twice, one counts. */
  unacknowledged(): readonly EventAnswer[];
}

/** `isStarting` says of a run that nobody has said yet that it exists: a signal would find nobody. */
export function createAnswerOutflow(carried: readonly EventAnswer[], isStarting: (run: string) => boolean): AnswerOutflow {
  const inFlight = new Set<EventAnswer>();
  let waiting: readonly EventAnswer[] = carried;

  function send(answer: EventAnswer): void {
    inFlight.add(answer);
    const done = (): void => void inFlight.delete(answer);
    // The one reason not to get there is that the run has ended: then nothing waits any more.
    getExternalWorkflowHandle(answer.run).signal(RUN_SIGNALS.assetEvent, answer).then(done, done);
  }

  function pump(): void {
    if (waiting.length === 0) return;
    const starting = waiting.filter(({ run }) => isStarting(run));
    const ready = waiting.filter((answer) => !starting.includes(answer));
    waiting = starting;
    for (const answer of ready) send(answer);
  }

  return {
    tell: (answers) => {
      waiting = [...waiting, ...answers];
    },
    pump,
    unacknowledged: () => [...inFlight, ...waiting],
  };
}
