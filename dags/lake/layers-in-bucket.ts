import type { S3 } from "@aws-sdk/client-s3";
import type { Customer, SegmentedCustomer } from "./customers.ts";
import type { Layers } from "./layers.ts";

/** The layers as objects: a folder a day, one JSON object a line. An object is replaced whole, so a reader never sees half of a day. */
export function layersInBucket(s3: S3, bucket: string): Layers {
  const raw = (ds: string): string => `raw/customers/${ds}/`;
  const bronze = (ds: string): string => `bronze/customers/${ds}/customers.jsonl`;
  const refused = (ds: string): string => `bronze/customers/${ds}/refused.json`;
  const silver = (ds: string): string => `silver/customer_segments/${ds}/customers.jsonl`;

  const put = async (key: string, body: string): Promise<void> => void (await s3.putObject({ Bucket: bucket, Key: key, Body: body }));
  const get = async (key: string, from = bucket): Promise<string> => (await (await s3.getObject({ Bucket: from, Key: key })).Body?.transformToString()) ?? "";

  async function keysBelow(prefix: string): Promise<readonly string[]> {
    const keys: string[] = [];
    for (let token: string | undefined; ; ) {
      const page = await s3.listObjectsV2({ Bucket: bucket, Prefix: prefix, ContinuationToken: token });
      keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      token = page.NextContinuationToken;
      if (token === undefined) return keys;
    }
  }

  return {
    landing: {
      read: (uri) => {
        const { hostname, pathname } = new URL(uri);
        return get(decodeURIComponent(pathname.slice(1)), hostname);
      },
    },
    raw: {
      replaceFile: (ds, file, lines) => put(raw(ds) + file.slice(file.lastIndexOf("/") + 1), lines.join("\n")),
      lines: async (ds) => (await Promise.all((await keysBelow(raw(ds))).map((key) => get(key)))).flatMap((text) => text.split("\n")),
    },
    bronze: {
      replace: async (ds, cleaned) => {
        await put(refused(ds), JSON.stringify(Object.fromEntries(cleaned.refused)));
        await put(bronze(ds), toLines(cleaned.customers));
      },
      customers: async (ds) => fromLines<Customer>(await get(bronze(ds))),
    },
    silver: {
      replace: (ds, customers) => put(silver(ds), toLines(customers)),
      customers: async (ds) => fromLines<SegmentedCustomer>(await get(silver(ds))),
    },
  };
}

function toLines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

function fromLines<Row>(text: string): readonly Row[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Row);
}
