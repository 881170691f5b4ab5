import type { Outbox } from "../../watchers/outbox.ts";
import { listAlerts, listTold, listUntold } from "../alerts.ts";
import type { Database } from "../database.ts";
import { dropDeadLetters, listDeadLetters, redeliver, showDeadLetter } from "../dead-letters.ts";
import { positionOf } from "../position.ts";
import { dropQuarantined, listQuarantined, releaseQuarantined } from "../quarantine.ts";
import { acceptedEvents, missingEvents } from "./accepted.ts";
import { runsPublishing } from "./asset-runs.ts";
import { assetStates } from "./asset-states.ts";
import { findAsset, listAssets, listDefinitions, listPartitions, listVersions, showAsset } from "./assets.ts";
import { catalogBefore, catalogByHash, listDeploys, planByHash } from "./catalogs.ts";
import { changeBounds, listChanges, watcherVersions } from "./changes.ts";
import { dagStates } from "./dag-states.ts";
import { listDags } from "./dags.ts";
import { runsByData } from "./data-runs.ts";
import { assetDefinitions } from "./definitions.ts";
import { deployedCatalogs, deployedPlanOf, deployedWatchers } from "./deployed.ts";
import { findEvents, recordedEvents } from "./events.ts";
import { firstDeployOf, pendingAt, runsWithEvents } from "./history.ts";
import { recentHops } from "./hops.ts";
import { countersOf, duplicatesOf, ledgerOf, tally } from "./ledger.ts";
import { lineage } from "./lineage.ts";
import { listEvents, listFated } from "./list-events.ts";
import { listOperations, pageOperations } from "./operations.ts";
import { findProblems } from "./problems.ts";
import { provenance } from "./provenance.ts";
import { acceptedNames, closeFacts, consumedBy, eventsOfRuns, newestEvents, remainsOf } from "./remains.ts";
import { runGrid } from "./run-grid.ts";
import { findRun, listLogs, listRuns, runsStartedBy, showRun } from "./runs.ts";
import { listSlices } from "./slices.ts";
import { listProjections, listRejected, listWarnings } from "./trouble.ts";
import { listTaskReaders, listWatchers, showWatcher } from "./watchers.ts";
import { wholeLineage } from "./whole-lineage.ts";

const QUERIES = {
  ...{ listAssets, findAsset, showAsset, listPartitions, listSlices, listVersions, lineage, provenance },
  ...{ listDags, listRuns, findRun, showRun, runsStartedBy, listLogs, runGrid },
  ...{ findEvents, listEvents, listFated, recordedEvents, acceptedEvents, missingEvents, ledgerOf, duplicatesOf, countersOf, tally },
  ...{ runsPublishing, assetStates, listDefinitions, wholeLineage, dagStates },
  ...{ remainsOf, newestEvents, acceptedNames, consumedBy, eventsOfRuns, closeFacts },
  ...{ listOperations, pageOperations, recentHops, runsByData, firstDeployOf, pendingAt, runsWithEvents },
  ...{ listQuarantined, listRejected, listWarnings, listProjections, findProblems, listAlerts, listTold, listUntold },
  ...{ listWatchers, listTaskReaders, showWatcher, positionOf, listDeadLetters, showDeadLetter },
  ...{ listChanges, changeBounds, watcherVersions },
  ...{ deployedCatalogs, deployedPlanOf, deployedWatchers, listDeploys, catalogByHash, planByHash, catalogBefore, assetDefinitions },
};

/** What people read. Each function stands in the file of its subject. */
export type Queries = { readonly [Name in keyof typeof QUERIES]: WithoutDatabase<(typeof QUERIES)[Name]> } & {
  /** Sends a dead letter again, as what a person or a corrected `map` made of it. */
  redeliver(request: Parameters<typeof redeliver>[3]): Promise<void>;
  /** Lets go of dead letters; returns how many waited. */
  dropDeadLetters(request: Parameters<typeof dropDeadLetters>[2]): Promise<number>;
  /** Publishes a quarantined event as it is; returns whether it waited. */
  releaseQuarantined(request: Parameters<typeof releaseQuarantined>[3]): Promise<boolean>;
  /** Lets go of quarantined events; returns how many waited. */
  dropQuarantined(request: Parameters<typeof dropQuarantined>[2]): Promise<number>;
};

type WithoutDatabase<F> = F extends (db: Database, ...rest: infer Rest) => infer Result ? (...rest: Rest) => Result : never;

export function openQueries(db: Database, outbox: Outbox, now: () => number): Queries {
  const bound = Object.fromEntries(
    Object.entries(QUERIES).map(([name, query]) => [name, (...rest: never[]) => (query as (db: Database, ...rest: never[]) => unknown)(db, ...rest)]),
  );
  return {
    ...(bound as unknown as Queries),
    redeliver: (request) => redeliver(db, outbox, now, request),
    dropDeadLetters: (request) => dropDeadLetters(db, now(), request),
    releaseQuarantined: (request) => releaseQuarantined(db, outbox, now, request),
    dropQuarantined: (request) => dropQuarantined(db, now(), request),
  };
}
