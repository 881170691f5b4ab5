import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { v1 } from "../../api/client.ts";
import type { PartitionDefinition } from "../../api/partition-definition.ts";
import { read } from "../../api/read.ts";
import type { Asset } from "../../api/schema.gen.ts";
import { buttonLook } from "../../parts/button.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { AssetText } from "../../parts/names.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Status } from "../../parts/status.tsx";
import { AssetFacts } from "./asset-facts.tsx";
import { DefinitionHistory } from "./definition-history.tsx";
import { Neighbours } from "./neighbours.tsx";
import { Partitions } from "./partitions.tsx";
import { Quarantine } from "./quarantine.tsx";
import { Updates } from "./updates.tsx";

export function AssetPage() {
  const { asset } = useParams({ from: "/assets/$asset" });
  const found = useQuery(read<Asset>(["assets", "events"], v1`/assets/${asset}`));
  return (
    <>
      <PageHeader
        title={asset}
        kind="Asset"
        state={found.data?.freshness == null ? undefined : <Status status={found.data.freshness.state} />}
        shown={
          <span className="text-base">
            <AssetText asset={asset} />
          </span>
        }
        about={found.data?.definition?.description}
        actions={
          <Link to="/lineage" search={{ asset, node: `asset ${asset}` }} className={buttonLook()}>
            Lineage
          </Link>
        }
      />
      <Loaded query={found}>
        {(one) => (
          <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_20rem]">
            <div className="grid min-w-0 content-start gap-4">
              {one.definition?.partitions === undefined ? null : <Partitions asset={asset} definition={one.definition.partitions as PartitionDefinition} />}
              <Quarantine asset={asset} />
              <Updates asset={asset} />
            </div>
            <div className="grid min-w-0 content-start gap-4">
              <Panel title="What it is">
                <AssetFacts asset={one} />
              </Panel>
              <Neighbours asset={asset} />
              {one.definitionVersion === 0 ? null : <DefinitionHistory asset={asset} />}
            </div>
          </div>
        )}
      </Loaded>
    </>
  );
}
