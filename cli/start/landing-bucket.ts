import { s3 } from "../../runtime/connectors/index.ts";
import { bodyOf, type Landing } from "./landing.ts";

const BUCKET = "lake";
const PREFIX = "landing/customers/";

/** The landing part of the bucket `lake`, which is made if it is not there. `uri` is that of the connection `lake`. */
export async function landingBucket(uri: string): Promise<Landing> {
  const connector = s3("lake");
  const client = await connector.open(uri);
  await client.createBucket({ Bucket: BUCKET }).catch((error: unknown) => {
    if ((error as Error).name !== "BucketAlreadyOwnedByYou") throw error;
  });

  async function keysBelow(prefix: string): Promise<readonly string[]> {
    const keys: string[] = [];
    for (let token: string | undefined; ; ) {
      const page = await client.listObjectsV2({ Bucket: BUCKET, Prefix: prefix, ContinuationToken: token });
      keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      token = page.NextContinuationToken;
      if (token === undefined) return keys;
    }
  }

  return {
    asset: "s3://lake/landing/customers",
    place: `s3://${BUCKET}/${PREFIX.slice(0, -1)}`,
    drop: async (file) => void (await client.putObject({ Bucket: BUCKET, Key: PREFIX + file.path, Body: bodyOf(file) })),
    names: () => keysBelow(PREFIX),
    clear: async (ds) => {
      for (const key of await keysBelow(`${PREFIX}${ds}/`)) await client.deleteObject({ Bucket: BUCKET, Key: key });
    },
    close: () => void connector.close(client),
  };
}
