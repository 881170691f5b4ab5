import { WorkflowExecutionAlreadyStartedError } from "@temporalio/common";
import { CancellationScope, defineSignal, getExternalWorkflowHandle, setHandler, sleep, workflowInfo } from "@temporalio/workflow";
import { POOL_SIGNALS, type PoolLeave, type PoolTicket, type PoolTurn, toPoolTurn } from "../core/pool-protocol.ts";
import { patient } from "./run-activities.ts";

/** Who still waits asks again after so long, in milliseconds: its pool may have been terminated, or the run reset. Each time later. */
const ASK_AGAIN = 60_000;
const ASK_RARELY = 3_600_000;
/** In one signal. */
const MOST_TICKETS = 1_000;

/** The turns of one workflow's tasks in pools. */
export interface PoolTurns {
  /** Calls `work` with the workflow id of a place once there is one, and again with another if it was taken after all. Throws `E_POOL`. */
  hold<T>(pool: string, ticket: Omit<PoolTicket, "lost">, work: (slot: string) => Promise<T>): Promise<T>;
}

interface Waiting {
  readonly pool: string;
  readonly ticket: PoolTicket;
  resolve(turn: PoolTurn): void;
  reject(error: unknown): void;
}

export function createPoolTurns(): PoolTurns {
  const waiting = new Map<string, Waiting>();
  const holding = new Set<string>();
  /** To be asked for in one go, by pool. */
  const open = new Map<string, PoolTicket[]>();
  let listens = false;
  let watches = false;
  let every = ASK_AGAIN;

  function listen(): void {
    if (listens) return;
    listens = true;
    setHandler(defineSignal<[unknown]>(POOL_SIGNALS.turn), (given) => {
      const turn = toPoolTurn(given);
      if (turn === undefined) return;
      const waiter = waiting.get(turn.ticket);
      if (waiter !== undefined) {
        waiting.delete(turn.ticket);
        holding.add(turn.ticket);
        waiter.resolve(turn);
      } else if (!holding.has(turn.ticket)) void leave(turn); // It was cancelled meanwhile.
    });
  }

  async function leave({ pool, ticket, place }: PoolTurn): Promise<void> {
    const left: PoolLeave = { ...member(), ticket, place };
    // A pool that is gone knows of nobody any more.
    await CancellationScope.nonCancellable(() => getExternalWorkflowHandle(pool).signal(POOL_SIGNALS.leave, left)).catch(() => undefined);
  }

  function turnOf(pool: string, ticket: PoolTicket): Promise<PoolTurn> {
    return new Promise((resolve, reject) => {
      waiting.set(ticket.ticket, { pool, ticket, resolve, reject });
      CancellationScope.current().cancelRequested.catch((error: unknown) => {
        if (waiting.delete(ticket.ticket)) reject(error);
      });
      ask(pool, ticket);
      watch();
    });
  }

  /** What is asked for in one turn of the workflow goes in one signal. */
  function ask(pool: string, ticket: PoolTicket): void {
    const tickets = open.get(pool);
    if (tickets !== undefined && tickets.length < MOST_TICKETS) {
      tickets.push(ticket);
      return;
    }
    const asked = [ticket];
    open.set(pool, asked);
    void Promise.resolve().then(() => {
      if (open.get(pool) === asked) open.delete(pool);
      return send(pool, asked);
    });
  }

  async function send(pool: string, tickets: readonly PoolTicket[]): Promise<void> {
    try {
      await CancellationScope.nonCancellable(() => patient.askPool({ pool, ...member(), tickets }));
    } catch (error) {
      for (const { ticket } of tickets) {
        waiting.get(ticket)?.reject(error);
        waiting.delete(ticket);
      }
    }
  }

  function watch(): void {
    if (watches) return;
    watches = true;
    void CancellationScope.nonCancellable(() => sleep(every, { summary: "asks its pools again" })).then(() => {
      watches = false;
      every = waiting.size === 0 ? ASK_AGAIN : Math.min(every * 2, ASK_RARELY);
      if (waiting.size === 0) return;
      for (const { pool, ticket } of waiting.values()) {
        const { lost: _, ...again } = ticket;
        ask(pool, again);
      }
      watch();
    });
  }

  return {
    async hold(pool, asked, work) {
      listen();
      let ticket: PoolTicket = asked;
      for (;;) {
        const turn = await turnOf(pool, ticket);
        try {
          const result = await work(turn.slot);
          await leave(turn);
          return result;
        } catch (error) {
          if (error instanceof WorkflowExecutionAlreadyStartedError) ticket = { ...asked, lost: turn.place };
          else {
            await leave(turn);
            throw error;
          }
        } finally {
          holding.delete(turn.ticket);
        }
      }
    },
  };
}

function member(): { readonly run: string; readonly temporalRunId: string } {
  const { workflowId, runId } = workflowInfo();
  return { run: workflowId, temporalRunId: runId };
}
