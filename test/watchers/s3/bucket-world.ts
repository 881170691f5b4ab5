import { randomBytes } from "node:crypto";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { S3Server } from "../../../scripts/servers/s3.ts";

/** A bucket of its own on the test server, and a way to change it from outside. */
export interface BucketWorld {
  readonly bucket: string;
  /** URI of the connection. */
  readonly connection: string;
  readonly client: S3Client;
  put(key: string, body?: string): Promise<void>;
  remove(key: string): Promise<void>;
  dispose(): Promise<void>;
}

export async function createBucketWorld(server: S3Server, options: { readonly versions?: boolean } = {}): Promise<BucketWorld> {
  const { url, accessKeyId, secretAccessKey, region } = server;
  const bucket = `b${randomBytes(6).toString("hex")}`;
  const client = new S3Client({ endpoint: url, region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  if (options.versions === true) await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: "Enabled" } }));
  return {
    bucket,
    connection: server.env.HEADGATE_CONN_LAKE ?? "",
    client,
    put: async (key, body = key) => void (await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }))),
    remove: async (key) => void (await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))),
    dispose: async () => {
      const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
      const objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
      if (objects.length > 0) await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }));
      client.destroy();
    },
  };
}
