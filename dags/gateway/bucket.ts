import type { S3 } from "@aws-sdk/client-s3";
import { s3 } from "headgate/connections";

export const lake = s3("lake");
const BUCKET = "bank";

export type Folder = "raw" | "validated" | "quarantine";

/** Objects of a day in one of the three folders, in the order of their names. */
export async function keysOf(client: S3, folder: Folder, ds: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for (let token: string | undefined; ; ) {
    const page = await client.listObjectsV2({ Bucket: BUCKET, Prefix: `${folder}/transactions/${ds}/`, ContinuationToken: token });
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
    token = page.NextContinuationToken;
    if (token === undefined) return keys;
  }
}

export async function readObject(client: S3, key: string): Promise<string> {
  return (await (await client.getObject({ Bucket: BUCKET, Key: key })).Body?.transformToString()) ?? "";
}

/** The day in `to` is what it is in `raw`, and it is nowhere else: a day that is corrected leaves the quarantine. */
export async function moveDay(client: S3, ds: string, to: "validated" | "quarantine"): Promise<void> {
  const wanted = await keysOf(client, "raw", ds);
  for (const key of wanted) await client.copyObject({ Bucket: BUCKET, CopySource: `${BUCKET}/${encodeURI(key)}`, Key: key.replace(/^raw/, to) });
  const kept = new Set(wanted.map((key) => key.replace(/^raw/, to)));
  for (const folder of ["validated", "quarantine"] as const)
    for (const key of await keysOf(client, folder, ds)) if (!kept.has(key)) await client.deleteObject({ Bucket: BUCKET, Key: key });
}
