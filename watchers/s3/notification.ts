import { z } from "zod";

/** What a notification tells: look at this key. */
export interface Notified {
  readonly key: string;
  /** Of a bucket that keeps versions. */
  readonly versionId?: string;
  readonly deleted: boolean;
  /** ISO 8601. */
  readonly at: string;
  readonly bucket: string;
}

const record = z.object({
  eventVersion: z.string().regex(/^2\./).optional(),
  eventName: z.string(),
  eventTime: z.string(),
  s3: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({ key: z.string(), versionId: z.string().optional() }),
  }),
});
const fromS3 = z.object({ Records: z.array(record) });
const fromSns = z.object({ Type: z.literal("Notification"), Message: z.string() });
const testEvent = z.object({ Event: z.literal("s3:TestEvent") });
const fromEventBridge = z.object({
  "detail-type": z.string(),
  source: z.literal("aws.s3"),
  time: z.string(),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({ key: z.string(), "version-id": z.string().optional() }),
  }),
});

/**
 * Reads the body of a message in each form that a bucket's notifications take: S3 itself, SNS around it, EventBridge, and the test
 * message that a new subscription sends, which tells nothing. Throws for anything else, with what it is not.
 */
export function readNotification(body: string): readonly Notified[] {
  const value: unknown = JSON.parse(body);
  const sns = fromSns.safeParse(value);
  if (sns.success) return readNotification(sns.data.Message);
  if (testEvent.safeParse(value).success) return [];
  const bridge = fromEventBridge.safeParse(value);
  if (bridge.success) return ofEventBridge(bridge.data);
  const s3 = fromS3.safeParse(value);
  if (s3.success) return s3.data.Records.flatMap(ofRecord);
  throw new Error("it is no notification of S3, SNS or EventBridge about objects of a bucket");
}

function ofRecord({ eventName, eventTime, s3 }: z.infer<typeof record>): readonly Notified[] {
  const name = eventName.replace(/^s3:/, "");
  const deleted = name.startsWith("ObjectRemoved:") || name.startsWith("LifecycleExpiration:");
  if (!deleted && !name.startsWith("ObjectCreated:")) return [];
  const { key, versionId } = s3.object;
  return [
    {
      bucket: s3.bucket.name,
      // As a form writes it: a plus is a blank.
      key: decodeURIComponent(key.replaceAll("+", " ")),
      ...(versionId === undefined || versionId === "" ? {} : { versionId }),
      deleted,
      at: eventTime,
    },
  ];
}

function ofEventBridge({ "detail-type": type, time, detail }: z.infer<typeof fromEventBridge>): readonly Notified[] {
  const deleted = type === "Object Deleted";
  if (!deleted && type !== "Object Created") return [];
  const versionId = detail.object["version-id"];
  return [{ bucket: detail.bucket.name, key: detail.object.key, ...(versionId === undefined || versionId === "" ? {} : { versionId }), deleted, at: time }];
}
