import { Link } from "@tanstack/react-router";
import type { PartitionDefinition } from "../../api/partition-definition.ts";
import type { Asset, Freshness } from "../../api/schema.gen.ts";
import { Facts, jsonText } from "../../parts/facts.tsx";
import { Status } from "../../parts/status.tsx";
import { Time } from "../../parts/time.tsx";
import { partitionText } from "./partition-lines.ts";

/** What an asset is, as it was last deployed, and how it is now. */
export function AssetFacts({ asset: { definition, last, version, firstAt, project, freshness } }: { readonly asset: Asset }) {
  return (
    <>
      {definition === null ? <p className="mb-3 text-sm text-soft">No deployed DAG declares it: only events or conditions name it.</p> : null}
      <Facts
        rows={[
          [
            "Owner",
            definition?.owner === undefined ? null : (
              <Link to="/assets" search={{ owner: definition.owner }} className="hover:text-accent hover:underline">
                {definition.owner}
              </Link>
            ),
          ],
          ["Tags", definition === null || definition.tags.length === 0 ? null : <Tags tags={definition.tags} />],
          ["Groups", definition?.groups?.join(", ")],
          ["Project", project],
          ["Partitions", definition?.partitions === undefined ? null : partitionText(definition.partitions as PartitionDefinition)],
          ["Freshness", freshness === null ? null : <Fresh freshness={freshness} />],
          ["Data", definition === null ? null : definition.schema ? "checked by a schema" : "not checked"],
          ["Events", version === 0 ? "none yet" : version.toLocaleString("en-US")],
          ["Last event", last === null ? null : <Time at={last.at} />],
          ["First event", firstAt === null ? null : <Time at={firstAt} />],
          ...Object.entries(definition?.meta ?? {}).map(
            ([name, value]) =>
              [
                name,
                <span key={name} className="font-mono text-xs">
                  {jsonText(value)}
                </span>,
              ] as const,
          ),
        ]}
      />
    </>
  );
}

function Tags({ tags }: { readonly tags: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-1">
      {tags.map((tag) => (
        <Link key={tag} to="/assets" search={{ tag }} className="rounded-sm bg-raised px-1.5 text-xs leading-5 text-soft hover:text-ink">
          {tag}
        </Link>
      ))}
    </span>
  );
}

function Fresh({ freshness: { state, expected, until, since } }: { readonly freshness: Freshness }) {
  return (
    <>
      <Status status={state} />
      <span className="block text-xs text-soft">
        expected {expected}
        {until !== null ? (
          <>
            , stale <Time at={until} /> without an update
          </>
        ) : state === "stale" && since !== null ? (
          <>
            , since <Time at={since} />
          </>
        ) : null}
      </span>
    </>
  );
}
