import type { OperationEntry } from "../store/queries/operations.ts";
import type { Output } from "./frame/output.ts";
import { count } from "./text/count-text.ts";
import { renderTable } from "./text/table.ts";
import { relativeText } from "./text/time-text.ts";

const WHAT: Readonly<Record<OperationEntry["operation"], string>> = {
  hold: "held the registry",
  release: "let the registry go on",
  pause: "paused",
  resume: "resumed",
  clear: "cleared",
  fire: "started with what had gathered",
  redeliver: "gave events again",
  restore: "restored the registry",
  import: "imported the registry",
  backfill: "asked for a backfill",
  repair: "asked for a repair",
  cancel: "cancelled a backfill",
  mark: "marked a run as succeeded",
  start: "started a run",
  stop: "asked a run to stop",
  rerun: "ran a run again",
  approve: "approved a task",
  reject: "rejected a task",
  "pause-watcher": "paused a watcher",
  "resume-watcher": "let a watcher go on",
  "reset-watcher": "gave a watcher another position",
  redrive: "sent dead letters again",
  drop: "let go of dead letters",
  "release-event": "released a quarantined event",
  "drop-event": "let go of quarantined events",
  "create-token": "made a token",
  "revoke-token": "revoked a token",
  "put-person": "gave a person a password and rights",
  "remove-person": "removed a person",
  "sign-in": "signed in",
  "sign-out": "signed out",
};

/** What people did, newest first. */
export function operationsText(operations: readonly OperationEntry[], { now, paint, width }: Pick<Output, "now" | "paint" | "width">): string {
  return renderTable<OperationEntry>(
    [
      { title: "WHEN", value: ({ at }) => relativeText(at, now) },
      { title: "WHO", value: ({ by }) => by },
      { title: "WHAT", value: ({ operation, refused }) => (refused === null ? WHAT[operation] : `${WHAT[operation]}: refused, ${refused}`) },
      { title: "ON", value: ({ dag, key, subject }) => subject ?? (dag === null || key === null || key === "" ? dag : `${dag} (${key})`), cut: "middle" },
      { title: "EVENTS", value: ({ events }) => (events === 0 ? null : count(events, "event")) },
      { title: "WHY", value: ({ why }) => why, cut: "end" },
    ],
    operations,
    { width: width - 2, paintTitle: paint.dim },
  );
}
