import { asset } from "../../../core/authoring/asset.ts";
import { daily } from "../../../core/authoring/partitions.ts";
import { s3Server } from "../../../scripts/servers/s3.ts";
import { s3 } from "../../../watchers/s3/index.ts";
import { describeWithServer } from "../../support/servers.ts";
import { type SourceWorld, sourceContract } from "../source-contract.ts";
import { createBucketWorld } from "./bucket-world.ts";

await describeWithServer("on a real S3 server", s3Server, (server) => {
  sourceContract("the S3 source", async (): Promise<SourceWorld> => {
    const world = await createBucketWorld(server());
    const raw = asset(`s3://${world.bucket}/raw/date={ds}/`, { partitions: daily() });
    const source = s3({ connection: world.connection, pattern: "**/*.csv" });
    return {
      watcher: (startAt) => ({ kind: "watcher", id: "raw", source, publishes: raw, every: 30, startAt }),
      put: (name) => world.put(`raw/date=2026-11-23/${name}.csv`, name),
      // An object in a folder that is no day has no partition.
      putPoison: (name) => world.put(`raw/date=someday/${name}.csv`, name),
      nameOf: (event) => String(event.data?.path).replace(/^.*\/(.*)\.csv$/, "$1"),
      dispose: world.dispose,
    };
  });
});
