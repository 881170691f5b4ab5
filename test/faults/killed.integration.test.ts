import { describe, it } from "vitest";
import { endRunsByHand } from "./end-runs.ts";
import { killBackfill } from "./kill-backfill.ts";
import { killDispatch } from "./kill-dispatch.ts";
import { killWatcher } from "./kill-watcher.ts";
import { killWorker } from "./kill-worker.ts";

// All at once: what they wait for is mostly time, such as the heartbeats that a killed process does not send.
describe.concurrent("nothing is lost or doubled", { timeout: 600_000 }, () => {
  it("when a worker is killed in the middle of 200 runs", killWorker);
  it("when a watcher is killed between the accepted signal and the saved mark", killWatcher);
  it("when a worker is killed in the middle of a backfill, and another one in the middle of a repair", killBackfill);
  it("when a dispatch is killed between two of its starts, while new events arrive", killDispatch);
});

describe.concurrent("runs that are terminated, cancelled, reset and deleted by hand free their slots within two minutes", { timeout: 600_000 }, () => {
  it("as children, whose parent sees their end", () => endRunsByHand({ childStartLimit: 20 }));
  // By default it asks after a minute, which test/workflows/registry-carry.test.ts keeps within the promise.
  it("as dispatched ones, which the registry has to ask about", () => endRunsByHand({ childStartLimit: 0, silentAfter: 15_000, lookEvery: 5_000 }));
});
