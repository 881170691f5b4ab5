/** What a bucket's notifications say of an object, in the forms in which they come. */
export interface ToldObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly deleted?: boolean;
}

const asForm = (key: string): string => encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");

export function s3Body({ bucket, key, versionId, deleted = false }: ToldObject): string {
  const object = { key: asForm(key), sequencer: "0055AED6DCD90281E5", ...(versionId === undefined ? {} : { versionId }) };
  const eventName = deleted ? "ObjectRemoved:Delete" : "ObjectCreated:Put";
  return JSON.stringify({
    Records: [{ eventVersion: "2.1", eventSource: "aws:s3", eventName, eventTime: new Date().toISOString(), s3: { bucket: { name: bucket }, object } }],
  });
}

export function snsBody(told: ToldObject): string {
  return JSON.stringify({ Type: "Notification", MessageId: "7f8d", TopicArn: "arn:aws:sns:us-east-1:000000000000:lake", Message: s3Body(told) });
}

export function eventBridgeBody({ bucket, key, versionId, deleted = false }: ToldObject): string {
  const object = { key, sequencer: "0055AED6DCD90281E5", ...(versionId === undefined ? {} : { "version-id": versionId }) };
  const time = new Date().toISOString();
  return JSON.stringify({
    version: "0",
    id: "17793124",
    "detail-type": deleted ? "Object Deleted" : "Object Created",
    source: "aws.s3",
    time,
    detail: { bucket: { name: bucket }, object },
  });
}

export const TEST_EVENT = JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent", Time: "2026-11-23T00:00:00.000Z", Bucket: "lake" });
