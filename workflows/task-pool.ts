import {
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  getExternalWorkflowHandle,
  log,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from "@temporalio/workflow";
import { poolSlotOf } from "../core/names.ts";
import { POOL_QUERY, POOL_SIGNALS, type PoolTurn, type PoolView, toPoolAsk, toPoolLeave } from "../core/pool-protocol.ts";
import { EMPTY_POOL, isIdlePool, type PoolEvent, type PoolGrant, type PoolState, stepPool, viewPool } from "../interpreter/index.ts";
import type { PoolActivities } from "./ports.ts";
import { reasonOf } from "./run-failure.ts";

/** How long a place is held, in milliseconds, before somebody looks who has it; while the looks find nothing they come less often. */
const FIRST_LOOK = 5_000;
const RAREST_LOOK = 30_000;
/** An empty pool stays for so long: the next who asks finds it running. */
const LINGER = "1 minute";
const HISTORY_EVENTS = 4_000;

export interface PoolInput {
  readonly state?: PoolState;
  /** Events of one life. @default 4,000 */
  readonly historyLimit?: number;
}

/**
 * Says whose turn it is in a pool, and ends when it is empty. That no place is taken twice does not hang on it: who has a place is a
 * workflow with the id of the place, so what it gets wrong costs another turn. Nobody polls: it looks after holders that others wait
 * for, as one whose run was terminated does not say that it left.
 */
export async function taskPool({ state: carried = EMPTY_POOL, historyLimit = HISTORY_EVENTS }: PoolInput = {}): Promise<void> {
  const { workflowId } = workflowInfo();
  const { lookAtPlaces } = proxyActivities<PoolActivities>({ startToCloseTimeout: "1 minute", retry: { maximumAttempts: 3 } });
  let state = carried;
  let telling = 0;

  function take(event: PoolEvent): void {
    const step = stepPool(state, event, Date.now());
    state = step.state;
    for (const grant of step.grants) void tell(grant);
    setCurrentDetails(detailsOf(viewPool(state)));
  }

  async function tell({ place, waiter }: PoolGrant): Promise<void> {
    const turn: PoolTurn = { pool: workflowId, ticket: waiter.ticket, place, slot: poolSlotOf(workflowId, place) };
    telling += 1;
    try {
      await getExternalWorkflowHandle(waiter.run, waiter.temporalRunId).signal(POOL_SIGNALS.turn, turn);
    } catch {
      // It has ended, and with it all that waited in it.
      take({ kind: "gone", place, waiter });
    } finally {
      telling -= 1;
    }
  }

  /** Whether a place came free that nobody had left. */
  async function look(heldFor: number): Promise<boolean> {
    const now = Date.now();
    const places = Object.entries(state.held).flatMap(([place, holder]) => {
      if (now - holder.since < heldFor) return [];
      const member = holder.kind === "member" ? { run: holder.waiter.run, temporalRunId: holder.waiter.temporalRunId } : {};
      return [{ place: Number(place), slot: poolSlotOf(workflowId, Number(place)), since: holder.since, ...member }];
    });
    if (places.length === 0) return false;
    const { empty } = await lookAtPlaces({ places }).catch((error: unknown) => {
      setCurrentDetails(`${detailsOf(viewPool(state))}\n\ncannot look who has them: ${reasonOf(error)}`);
      return { empty: [] };
    });
    for (const place of empty) take({ kind: "empty", ...place });
    return empty.length > 0;
  }

  setHandler(defineSignal<[unknown]>(POOL_SIGNALS.ask), (given) => {
    const asked = toPoolAsk(given);
    if (asked === undefined) log.warn("a signal that asks for no place", { given });
    else take({ kind: "ask", ...asked });
  });
  setHandler(defineSignal<[unknown]>(POOL_SIGNALS.leave), (given) => {
    const left = toPoolLeave(given);
    if (left === undefined) log.warn("a signal that leaves no place", { given });
    else take({ kind: "leave", ...left });
  });
  setHandler(defineQuery<PoolView>(POOL_QUERY), () => viewPool(state));

  const isLong = (): boolean => workflowInfo().historyLength > historyLimit;
  let wait = FIRST_LOOK;
  while (!isLong()) {
    if (state.waiting.length > 0) {
      if (await condition(isLong, wait, { summary: "looks after places that others wait for" })) break;
      wait = (await look(FIRST_LOOK)) ? FIRST_LOOK : Math.min(wait * 1.5, RAREST_LOOK);
    } else {
      wait = FIRST_LOOK;
      const begins = (): boolean => state.waiting.length > 0 || isLong();
      if (!isIdlePool(state)) await condition(() => begins() || isIdlePool(state));
      // A signal that comes meanwhile keeps the server from closing it.
      else if (!(await condition(() => begins() || !isIdlePool(state), LINGER)) && isIdlePool(state)) return;
    }
  }
  await condition(() => telling === 0);
  await continueAsNew<typeof taskPool>({ state, historyLimit });
}

function detailsOf({ places, held, waiting }: PoolView): string {
  return `**${held.length} of ${places} places** taken, ${waiting} wait`;
}
