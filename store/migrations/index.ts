import type { Migration } from "kysely";
import type { Database } from "../database.ts";
import { history } from "./0001-history.ts";
import { catalogs } from "./0002-catalogs.ts";
import { outbox } from "./0003-outbox.ts";
import { operations } from "./0004-operations.ts";
import { watcherLife } from "./0005-watcher-life.ts";
import { stretches } from "./0006-stretches.ts";
import { keptItems } from "./0007-kept-items.ts";
import { reruns } from "./0008-reruns.ts";
import { freshness } from "./0009-freshness.ts";
import { openLineage } from "./0010-open-lineage.ts";
import { access } from "./0011-access.ts";
import { reading } from "./0012-reading.ts";
import { changes } from "./0013-changes.ts";
import { alerts } from "./0014-alerts.ts";
import { lastEnds } from "./0015-last-ends.ts";
import { quarantine } from "./0016-quarantine.ts";
import type { Step } from "./step.ts";

/** Listed by hand, so that a bundle has them all. A released step is never changed; a change is a new step. */
const STEPS: Readonly<Record<string, Step>> = {
  "0001-history": history,
  "0002-catalogs": catalogs,
  "0003-outbox": outbox,
  "0004-operations": operations,
  "0005-watcher-life": watcherLife,
  "0006-stretches": stretches,
  "0007-kept-items": keptItems,
  "0008-reruns": reruns,
  "0009-freshness": freshness,
  "0010-open-lineage": openLineage,
  "0011-access": access,
  "0012-reading": reading,
  "0013-changes": changes,
  "0014-alerts": alerts,
  "0015-last-ends": lastEnds,
  "0016-quarantine": quarantine,
};

/** The steps as Kysely runs them, each with the transaction's connection. */
export function migrationsOf(db: Database): Record<string, Migration> {
  return Object.fromEntries(Object.entries(STEPS).map(([name, step]) => [name, { up: (kysely) => step({ ...db, kysely }) } satisfies Migration]));
}
