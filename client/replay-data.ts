import type { AssetEvent, EventRef } from "../core/event.ts";
import type { RecordedRun } from "../core/run.ts";
import { formatInstant } from "../core/time/time.ts";
import type { ReplayedRun } from "../registry/replay/recorded.ts";
import type { ReplayReport } from "./recorded-history.ts";

interface ReplayedRunData {
  readonly at: string;
  readonly key: string;
  readonly partition: string | null;
  readonly events: readonly EventRef[];
}

interface RecordedRunData extends ReplayedRunData {
  readonly run: string;
  readonly status: string;
  readonly endedAt: string | null;
}

/** A replay for machines: events by their names, instants in ISO 8601. */
export interface ReplayData extends Pick<ReplayReport, "dag" | "events" | "runsThen" | "runsNow" | "same" | "unknown"> {
  readonly since: string;
  readonly until: string;
  readonly onlyThen: readonly RecordedRunData[];
  readonly onlyNow: readonly ReplayedRunData[];
  readonly otherEvents: readonly {
    readonly was: RecordedRunData;
    readonly now: ReplayedRunData;
    readonly without: readonly EventRef[];
    readonly also: readonly EventRef[];
  }[];
  readonly moved: readonly { readonly was: RecordedRunData; readonly now: ReplayedRunData }[];
}

export function replayData({ moved, onlyNow, onlyThen, otherEvents, since, until, ...rest }: ReplayReport): ReplayData {
  return {
    ...rest,
    since: formatInstant(since),
    until: formatInstant(until),
    onlyThen: onlyThen.map(recordedData),
    onlyNow: onlyNow.map(replayedData),
    otherEvents: otherEvents.map(({ was, now, also, without }) => ({
      was: recordedData(was),
      now: replayedData(now),
      without: without.map(refOf),
      also: also.map(refOf),
    })),
    moved: moved.map(({ was, now }) => ({ was: recordedData(was), now: replayedData(now) })),
  };
}

function recordedData({ run, status, endedAt, ...rest }: RecordedRun): RecordedRunData {
  return { run, ...replayedData(rest), status, endedAt: endedAt === null ? null : formatInstant(endedAt) };
}

function replayedData({ at, events, key, partition }: ReplayedRun): ReplayedRunData {
  return { at: formatInstant(at), key, partition, events: events.map(refOf) };
}

function refOf({ asset, source, id }: AssetEvent): EventRef {
  return { asset, source, id };
}
