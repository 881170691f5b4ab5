import { ActivityFailure, proxyActivities, rootCause, workflowInfo } from "@temporalio/workflow";
import type { KeptStretch, ParkOrder, RegistryInput, StretchOrders } from "../registry/index.ts";
import type { RegistryActivities } from "./ports.ts";

/** Stretches that are being kept at once: the commands of one workflow task may have 4 MB together, and the server ends a workflow that has more. */
const KEPT_AT_ONCE = 4;
/** Stretches that one activity lets go of. */
const RELEASED_AT_ONCE = 200;

export interface StretchTraffic {
  /** Carries out what a step asked for. The answers come as inputs. */
  serve(orders: StretchOrders): void;
  /** The same at the end of this run: what is to be kept is left to the next one. */
  serveLast(orders: StretchOrders): void;
  /** Events that left the state and wait for their turn: the next registry run must have them kept. */
  unasked(): readonly ParkOrder[];
  /** Events on their way out of the state: their answers must be heard before the end of this run. */
  parking(): number;
  /** What the next registry run must let go of once more. */
  unreleased(): readonly KeptStretch[];
}

/** The way of pending events out of the registry's state and back, by regular activities. Nothing else waits for it. */
export function createStretchTraffic(
  epoch: string,
  carried: { readonly releasing: readonly KeptStretch[]; readonly parking: readonly ParkOrder[] },
  take: (inputs: readonly RegistryInput[]) => void,
  changed: () => void,
): StretchTraffic {
  const { keepStretch, readStretch, releaseStretches } = proxyActivities<RegistryActivities>({
    startToCloseTimeout: "1 minute",
    retry: { initialInterval: "200ms", backoffCoefficient: 2, maximumInterval: "5s" },
    summary: "pending events that the state does not hold",
  });
  // A registry that was reset gives the same numbers again, to other events.
  const life = workflowInfo().runId.slice(-8);
  const parking = new Map<number, Promise<KeptStretch>>();
  const unasked = new Map<number, ParkOrder>();
  let waiting: readonly KeptStretch[] = carried.releasing;
  let releasing: readonly KeptStretch[] = [];
  let isLast = false;

  function park(orders: readonly ParkOrder[]): void {
    for (const order of orders) unasked.set(order.no, order);
    for (const order of unasked.values()) {
      if (isLast || parking.size >= KEPT_AT_ONCE) return;
      unasked.delete(order.no);
      keep(order);
    }
  }

  function keep({ no, events }: ParkOrder): void {
    const name = `${epoch}-${life}-${no}`;
    const kept = keepStretch({ name, events }).then(({ kept }) => {
      parking.delete(no);
      take([{ kind: "parked", no, name, kept }]);
      park([]);
      return { no, name, kept };
    });
    parking.set(no, kept);
  }

  /** What has left the state may be asked for before it is kept. */
  function read(stretch: KeptStretch): void {
    const { no } = stretch;
    const here = unasked.get(no);
    const leaving = parking.get(no);
    if (here !== undefined) take([{ kind: "read", no, events: here.events }]);
    else if (leaving === undefined) readKept(stretch);
    else void leaving.then(readKept);
  }

  function readKept({ no, ...stretch }: KeptStretch): void {
    void readStretch(stretch).then(
      ({ events }) => take([{ kind: "read", no, events }]),
      (error: unknown) => {
        if (!(error instanceof ActivityFailure)) throw error;
        take([{ kind: "read", no, events: rootCause(error) ?? "it cannot be read" }]);
      },
    );
  }

  function release(): void {
    if (releasing.length > 0 || waiting.length === 0) return;
    releasing = waiting.slice(0, RELEASED_AT_ONCE);
    waiting = waiting.slice(RELEASED_AT_ONCE);
    void releaseStretches({ stretches: releasing }).then(() => {
      releasing = [];
      release();
      changed();
    });
  }

  function letGo(stretch: KeptStretch): void {
    waiting = [...waiting, stretch];
    release();
  }

  function releaseAll(stretches: readonly KeptStretch[]): void {
    const kept = stretches.filter(({ no }) => !parking.has(no) && !unasked.delete(no));
    for (const { no } of stretches) void parking.get(no)?.then(letGo);
    if (kept.length > 0) waiting = [...waiting, ...kept];
    release();
  }

  park(carried.parking);
  release();
  return {
    serve: (orders) => {
      park(orders.park);
      for (const order of orders.read) read(order);
      releaseAll(orders.release);
    },
    serveLast: (orders) => {
      isLast = true;
      park(orders.park);
      for (const order of orders.read) read(order);
      releaseAll(orders.release);
    },
    parking: () => parking.size,
    unasked: () => [...unasked.values()],
    unreleased: () => [...releasing, ...waiting],
  };
}
