export interface LeaseOptions {
  /** Milliseconds between two renewals. */
  readonly every: number;
  readonly renew: (receipts: readonly string[]) => Promise<void>;
  /** A renewal failed: the messages may be delivered to others meanwhile. */
  readonly onFailure: (error: unknown) => void;
}

/** Keeps received messages invisible to others for as long as they are worked on: a slow registry must not use up their deliveries. */
export interface Leases {
  hold(receipts: readonly string[]): void;
  drop(receipts: readonly string[]): void;
  /** Stops renewing and returns what was still held. */
  close(): readonly string[];
}

export function createLeases({ every, renew, onFailure }: LeaseOptions): Leases {
  const held = new Set<string>();
  let renewing = false;
  const timer = setInterval(() => {
    if (held.size === 0 || renewing) return;
    renewing = true;
    void renew([...held])
      .catch(onFailure)
      .finally(() => {
        renewing = false;
      });
  }, every);

  return {
    hold: (receipts) => {
      for (const receipt of receipts) held.add(receipt);
    },
    drop: (receipts) => {
      for (const receipt of receipts) held.delete(receipt);
    },
    close: () => {
      clearInterval(timer);
      const left = [...held];
      held.clear();
      return left;
    },
  };
}
