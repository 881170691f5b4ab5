import type { EventRef, ReplayReport } from "../../api/schema.gen.ts";
import { RunLink } from "../../parts/names.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Time } from "../../parts/time.tsx";

/** Which runs would not have been as they were. */
export function Differences({ report }: { readonly report: ReplayReport }) {
  const { events, runsThen, runsNow, same, onlyThen, onlyNow, otherEvents, moved, unknown, since, until } = report;
  const differing = onlyThen.length + onlyNow.length + otherEvents.length + moved.length;
  return (
    <>
      <Panel>
        <p className="text-base">
          <span className="font-semibold">
            {differing === 0 ? "Nothing would be otherwise." : `${differing.toLocaleString("en-US")} runs would be otherwise.`}
          </span>{" "}
          <span className="text-soft">
            {same.toLocaleString("en-US")} the same; {events.toLocaleString("en-US")} events played, {runsThen.toLocaleString("en-US")} runs then,{" "}
            {runsNow.toLocaleString("en-US")} now.
          </span>
        </p>
        <p className="mt-1 text-sm text-soft">
          From <Time at={since} form="local" /> to <Time at={until} form="local" />.
        </p>
        {unknown.map((what) => (
          <p key={what} className="mt-1 text-sm text-warn">
            Not known to the store: {what}
          </p>
        ))}
      </Panel>
      <Group title="Would run in addition" look="text-good" rows={onlyNow.map(({ at, key, events: taken }) => ({ at, key, what: <Names events={taken} /> }))} />
      <Group
        title="Would not run any more"
        look="text-bad"
        rows={onlyThen.map(({ at, key, run, events: taken }) => ({ at, key, what: run === undefined ? <Names events={taken} /> : <RunLink run={run} /> }))}
      />
      <Group
        title="Would take other events"
        look="text-warn"
        rows={otherEvents.map(({ now, without, also }) => ({
          ...{ at: now.at, key: now.key },
          what: (
            <>
              {without.length === 0 ? null : (
                <span className="text-bad">
                  without <Names events={without} />{" "}
                </span>
              )}
              {also.length === 0 ? null : (
                <span className="text-good">
                  also <Names events={also} />
                </span>
              )}
            </>
          ),
        }))}
      />
      <Group
        title="Would run at another time"
        look="text-warn"
        rows={moved.map(({ was, now }) => ({
          ...{ at: now.at, key: now.key },
          what: (
            <>
              was at <Time at={was.at} form="local" />
            </>
          ),
        }))}
      />
    </>
  );
}

interface GroupProps {
  readonly title: string;
  readonly look: string;
  readonly rows: readonly { readonly at: string; readonly key: string; readonly what: React.ReactNode }[];
}

function Group({ title, look, rows }: GroupProps) {
  if (rows.length === 0) return null;
  return (
    <Panel title={<span className={look}>{title}</span>} aside={rows.length.toLocaleString("en-US")} padded={false}>
      <ul className="max-h-96 divide-y divide-line overflow-y-auto text-sm">
        {rows.map(({ at, key, what }) => (
          <li key={`${at} ${key}`} className="flex flex-wrap gap-x-4 px-4 py-1.5">
            <Time at={at} form="local" />
            {key === "" ? null : <span className="font-mono text-xs leading-5">{key}</span>}
            <span className="min-w-0 flex-1 break-words">{what}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** As many events are named. */
const NAMED = 5;

function Names({ events }: { readonly events: readonly EventRef[] }) {
  const rest = events.length - NAMED;
  return (
    <span className="font-mono text-xs">
      {events.length === 0
        ? "no events"
        : events
            .slice(0, NAMED)
            .map(({ id }) => id)
            .join(", ")}
      {rest > 0 ? ` and ${rest} more` : ""}
    </span>
  );
}
