import { ActivityFailure, proxyActivities, rootCause, workflowInfo } from "@temporalio/workflow";
import type { KeptStretch, ParkOrder, RegistryInput, StretchOrders } from "../registry/index.ts";
import type { RegistryActivities } from "./ports.ts";

/** Stretches that one activity lets go of. */
const RELEASED_AT_ONCE = 200;

export interface StretchTraffic {
  /** Carries out what a step asked for. The answers come as inputs. */
  serve(orders: StretchOrders): void;
  /** Events on their way out of the state: their answers must be heard before the end of this run. */
  parking(): number;
  /** What the next registry run must let go of once more. */
  unreleased(): readonly KeptStretch[];
}

/** The way of pending events out of the registry's state and back, by regular activities. Nothing else waits for it. */
export function createStretchTraffic(
  epoch: string,
  carried: readonly KeptStretch[],
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
  const parking = new Set<number>();
  let waiting: readonly KeptStretch[] = carried;
  let releasing: readonly KeptStretch[] = [];

  function park({ no, events }: ParkOrder): void {
    parking.add(no);
    const name = `${epoch}-${life}-${no}`;
    void keepStretch({ name, events }).then(({ kept }) => {
      parking.delete(no);
      take([{ kind: "parked", no, name, kept }]);
    });
  }

  function read({ no, ...stretch }: KeptStretch): void {
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

  release();
  return {
    serve: (orders) => {
      for (const order of orders.park) park(order);
      for (const order of orders.read) read(order);
      if (orders.release.length > 0) waiting = [...waiting, ...orders.release];
      release();
    },
    parking: () => parking.size,
    unreleased: () => [...releasing, ...waiting],
  };
}
