import { v1 } from "../../api/client.ts";
import type { GatheredGroup } from "../../api/schema.gen.ts";
import { ActButton } from "../../parts/act-button.tsx";
import { ForOperators } from "../../parts/for-operators.tsx";
import { AssetText, EventLink } from "../../parts/names.tsx";
import { Status } from "../../parts/status.tsx";

interface PendingProps {
  readonly dag: string;
  readonly groups: readonly GatheredGroup[];
  readonly moreGroups: number;
}

/** As many events of a key are named. */
const NAMED = 4;

/** What has gathered, key by key: it can be fired as it is, or let go. */
export function Pending({ dag, groups, moreGroups }: PendingProps) {
  const gathered = groups.filter(({ pending }) => pending > 0);
  if (gathered.length === 0) return null;
  return (
    <div className="border-t border-line">
      <h3 className="px-4 pt-3 text-xs font-medium text-soft">Pending events</h3>
      <ul className="divide-y divide-line">
        {gathered.map(({ key, due, pending, events }) => (
          <li key={key} className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-2 text-sm">
            <span className="w-36 shrink-0 font-mono text-xs leading-5 break-all">{key === "" ? "all" : key}</span>
            <Status status={due ? "present" : "pending"} text={`${pending.toLocaleString("en-US")} ${due ? "due" : "gathered"}`} />
            <ul className="min-w-0 flex-1 basis-64 text-xs leading-7">
              {events.slice(0, NAMED).map(({ asset, source, id }) => (
                <li key={`${source} ${id}`} className="flex min-w-0 flex-wrap gap-x-2 sm:flex-nowrap">
                  <span className="truncate text-soft">
                    <AssetText asset={asset} />
                  </span>
                  <span className="min-w-0 truncate">
                    <EventLink source={source} id={id} />
                  </span>
                </li>
              ))}
              {pending > Math.min(NAMED, events.length) ? (
                <li className="text-soft">and {(pending - Math.min(NAMED, events.length)).toLocaleString("en-US")} more</li>
              ) : null}
            </ul>
            <span className="flex gap-1">
              <ForOperators>
                <ActButton
                  look="bare"
                  label="Fire"
                  title={`Start ${dag} with what has gathered`}
                  about={`Whether it is due or not${key === "" ? "" : `, for ${key} alone`}. The run takes these ${pending.toLocaleString("en-US")} events.`}
                  act={{ path: v1`/dags/${dag}/fire`, body: key === "" ? {} : { key } }}
                />
                <ActButton
                  look="bare"
                  label="Clear"
                  title="Let go of what is pending"
                  about={`No run of ${dag} will take these ${pending.toLocaleString("en-US")} events${key === "" ? "" : ` for ${key}`}. Other DAGs are not concerned.`}
                  act={{ path: v1`/dags/${dag}/clear`, body: key === "" ? {} : { key } }}
                  needsReason
                />
              </ForOperators>
            </span>
          </li>
        ))}
      </ul>
      {moreGroups === 0 ? null : <p className="px-4 pb-3 text-xs text-soft">and {moreGroups.toLocaleString("en-US")} more keys</p>}
    </div>
  );
}
