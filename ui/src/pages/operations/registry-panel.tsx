import { useQuery } from "@tanstack/react-query";
import { v1 } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { ActButton } from "../../parts/act-button.tsx";
import { ForOperators } from "../../parts/for-operators.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { DagLink } from "../../parts/names.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Status } from "../../parts/status.tsx";
import { Time } from "../../parts/time.tsx";
import { spanText } from "../../parts/time-text.ts";
import type { RegistryState } from "./answer.ts";
import { Meter } from "./meter.tsx";
import { Projects } from "./projects.tsx";

/** What the state may be at most, in bytes: docs/concepts say why. */
const MOST_STATE = 768 * 1_024;
/** At so many events of history the registry continues as new. */
const MOST_HISTORY = 2_000;
/** Facts that wait for the store beyond this many go to a projector of their own. */
const MANY_FACTS = 5_000;

/** How the registry is: whether it decides, how full it is, and what is on its way. */
export function RegistryPanel() {
  const state = useQuery(read<RegistryState>(["dags", "operations", "events"], v1`/registry`));
  return <Loaded query={state}>{(found) => <Found state={found} />}</Loaded>;
}

function Found({ state }: { readonly state: RegistryState }) {
  const { held, waitsForCatalogs, stateBytes, history, waitingFacts, inbox, dispatching, events, clock, next, epoch, dags, shards, store } = state;
  const isStuck = waitsForCatalogs.length > 0;
  const pending = events.pending + events.stored;
  return (
    <>
      <Panel
        title="Registry"
        aside={
          <Status
            status={isStuck ? "stopped" : held === null ? "active" : "paused"}
            text={isStuck ? "waits for a catalogue" : held === null ? "decides" : "held"}
          />
        }
      >
        {held === null ? null : (
          <p className="mb-3 text-sm text-warn">
            Nothing starts: it is held since <Time at={held.since} />
            {held.by === null ? "" : `, by ${held.by}`}.
          </p>
        )}
        {isStuck ? (
          <p className="mb-3 text-sm text-bad">
            Until the catalogue {waitsForCatalogs.map((hash) => hash.slice(0, 12)).join(", ")} is there it takes everything and decides nothing: deploy again.
          </p>
        ) : null}
        <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2 xl:grid-cols-4">
          <Meter
            name="State"
            value={stateBytes}
            most={MOST_STATE}
            text={`${(stateBytes / 1_024).toFixed(1)} KiB`}
            about="of 768 KiB; past that events move to the store"
          />
          <Meter name="History" value={history} most={MOST_HISTORY} text={`${history.toLocaleString("en-US")} events`} about="near 2,000 it continues as new" />
          <Meter
            name="Behind the store"
            value={waitingFacts}
            most={MANY_FACTS}
            text={`${waitingFacts.toLocaleString("en-US")} facts`}
            about={behindText(store[0])}
          />
          <Meter
            name="On its way"
            value={inbox + dispatching}
            most={1_000}
            text={`${inbox} inputs, ${dispatching} runs`}
            about="not yet taken, not yet started"
          />
        </div>
        <p className="mt-4 text-sm text-soft">
          {events.accepted.toLocaleString("en-US")} events accepted, {pending.toLocaleString("en-US")} pending
          {events.stored === 0 ? "" : ` (${events.stored.toLocaleString("en-US")} kept outside of the state)`}. It decided last <Time at={clock} />
          {next === null ? (
            ", and waits for events"
          ) : (
            <>
              , and wakes by itself <Time at={next} />
            </>
          )}
          . {count(dags.deployed, "DAG")}, {dags.paused} paused, {count(dags.running, "run")} under way, in {count(shards, "shard")}. Epoch{" "}
          <span className="font-mono text-xs">{epoch}</span>.
        </p>
        {dags.faulted.map(({ dag, faulted }) => (
          <p key={dag} className="mt-2 text-sm text-bad">
            <DagLink dag={dag} /> is quarantined: {faulted}
          </p>
        ))}
        <ForOperators>
          <div className="mt-3">
            {held === null ? (
              <ActButton
                look="danger"
                label="Hold everything"
                title="Hold the whole registry"
                about="Nothing starts in any project until it is released. Events gather, and runs that are under way go on."
                act={{ path: v1`/registry/pause` }}
                needsReason
              />
            ) : (
              <ActButton look="main" label="Release" title="Let the registry go on" about="What is due starts at once." act={{ path: v1`/registry/resume` }} />
            )}
          </div>
        </ForOperators>
      </Panel>
      <Projects projects={state.projects} />
    </>
  );
}

/** How far the store is behind, and what it lacks. */
function behindText(store: RegistryState["store"][number] | undefined): string {
  if (store === undefined) return "decided, and not yet stored";
  const lacks = [store.missing === 0 ? "" : `${store.missing} on their way`, store.unprojected === 0 ? "" : `${store.unprojected} refused by Postgres`].filter(
    Boolean,
  );
  return [store.lagMs === 0 ? "the store has all that is decided" : `the store is ${spanText(store.lagMs)} behind`, ...lacks].join("; ");
}

function count(value: number, noun: string): string {
  return `${value.toLocaleString("en-US")} ${noun}${value === 1 ? "" : "s"}`;
}
