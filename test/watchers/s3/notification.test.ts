import { expect, it } from "vitest";
import { readNotification } from "../../../watchers/s3/notification.ts";

const at = "2026-11-23T08:00:00.250Z";
const record = (eventName: string, object: object) => ({
  eventVersion: "2.6",
  eventSource: "aws:s3",
  eventName,
  eventTime: at,
  s3: { bucket: { name: "lake" }, object: { eTag: "e1", size: 5, sequencer: "0055", ...object } },
});
const s3 = (...records: readonly object[]) => ({ Records: records });
const sns = (message: object) => ({ Type: "Notification", MessageId: "m", TopicArn: "arn", Message: JSON.stringify(message) });
const bridge = (type: string, object: object) => ({
  version: "0",
  id: "7bf73129",
  "detail-type": type,
  source: "aws.s3",
  time: at,
  detail: { bucket: { name: "lake" }, object: { etag: "e1", size: 5, sequencer: "0055", ...object }, reason: "PutObject" },
});
const found = { bucket: "lake", key: "raw/a b+c.csv", deleted: false, at };

it.each([
  ["S3, with a key in the form of a form", s3(record("ObjectCreated:Put", { key: "raw/a+b%2Bc.csv" })), [found]],
  ["S3, with the older name of an event", s3(record("s3:ObjectCreated:Put", { key: "raw/a+b%2Bc.csv" })), [found]],
  ["S3, of a version", s3(record("ObjectCreated:Copy", { key: "a", versionId: "v1" })), [{ ...found, key: "a", versionId: "v1" }]],
  [
    "S3, of a deletion",
    s3(record("ObjectRemoved:DeleteMarkerCreated", { key: "a", versionId: "v2" })),
    [{ ...found, key: "a", versionId: "v2", deleted: true }],
  ],
  [
    "S3, several at once",
    s3(record("ObjectCreated:Put", { key: "a" }), record("ObjectCreated:Put", { key: "b" })),
    [
      { ...found, key: "a" },
      { ...found, key: "b" },
    ],
  ],
  ["S3, of something that changes no object", s3(record("ObjectTagging:Put", { key: "a" })), []],
  ["SNS around S3", sns(s3(record("ObjectCreated:Put", { key: "raw/a+b%2Bc.csv" }))), [found]],
  ["EventBridge, with a key as it is", bridge("Object Created", { key: "raw/a b+c.csv" }), [found]],
  ["EventBridge, of a version", bridge("Object Created", { key: "a", "version-id": "v1" }), [{ ...found, key: "a", versionId: "v1" }]],
  ["EventBridge, of a deletion", bridge("Object Deleted", { key: "a" }), [{ ...found, key: "a", deleted: true }]],
  ["EventBridge, of something that changes no object", bridge("Object Tags Added", { key: "a" }), []],
  ["the test message of a new subscription", { Service: "Amazon S3", Event: "s3:TestEvent", Time: at, Bucket: "lake" }, []],
  ["the test message through SNS", sns({ Service: "Amazon S3", Event: "s3:TestEvent", Time: at, Bucket: "lake" }), []],
])("reads %s", (_, body, expected) => {
  expect(readNotification(JSON.stringify(body))).toEqual(expected);
});

it.each([
  ["no JSON", "{broken"],
  ["something else", '{"hello":"world"}'],
  ["another service of EventBridge", JSON.stringify({ ...bridge("Object Created", { key: "a" }), source: "aws.ec2" })],
  ["a record without a key", JSON.stringify(s3(record("ObjectCreated:Put", {})))],
])("refuses %s", (_, body) => {
  expect(() => readNotification(body)).toThrow();
});
