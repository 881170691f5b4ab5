import { HeadgateError } from "../../core/errors.ts";
import { keyAt, shiftKey } from "../../core/partitions/partition-key.ts";
import type { SourceAsset } from "../../core/source.ts";
import type { S3Place } from "./place.ts";

/**
 * The folders of the newest partitions at an instant, the newest first: of a place with a folder for each day, the last days are
 * where news are. The partition after the present one is among them, since a writer's clock may be ahead. Throws `E_CONFIG` where
 * partitions are not of time or have no folder.
 */
export function recentFolders(place: S3Place, asset: SourceAsset | undefined, count: number, instant: number): readonly string[] {
  const definition = asset?.partitions;
  const present = definition === undefined ? null : keyAt(definition, instant);
  if (definition === undefined || present === null) {
    throw new HeadgateError("E_CONFIG", "s3({ recent }) needs an asset whose partitions are of time alone, with a placeholder in its URI", {
      hint: 'give the asset partitions such as daily() and a URI as s3://lake/raw/orders/date={ds}/, or leave out "recent"',
    });
  }
  const folders: string[] = [];
  for (let back = -1; back < count; back += 1) {
    const key = shiftKey(definition, present, -back);
    const folder = key === null ? undefined : place.folderOf(key);
    if (folder !== undefined) folders.push(folder);
  }
  return folders;
}
