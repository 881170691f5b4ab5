import { expect, it } from "vitest";
import { parseAwsConnection } from "../../../watchers/aws/connection.ts";

it.each([
  ["aws://eu-central-1", { region: "eu-central-1" }],
  ["aws://AKIA:a%2Fb@eu-central-1", { region: "eu-central-1", credentials: { accessKeyId: "AKIA", secretAccessKey: "a/b" } }],
  [
    "http://test:secret@127.0.0.1:9000/?region=eu-west-1",
    { region: "eu-west-1", endpoint: "http://127.0.0.1:9000", credentials: { accessKeyId: "test", secretAccessKey: "secret" } },
  ],
  ["https://minio.example", { region: "us-east-1", endpoint: "https://minio.example" }],
  [
    "https://k:s@store.example/s3/?sessionToken=t",
    { region: "us-east-1", endpoint: "https://store.example/s3", credentials: { accessKeyId: "k", secretAccessKey: "s", sessionToken: "t" } },
  ],
])("reads %s", (uri, access) => {
  expect(parseAwsConnection("lake", uri)).toEqual(access);
});

it("refuses another scheme without showing the URI", () => {
  const parse = () => parseAwsConnection("lake", "postgres://user:hidden@host/db");
  expect(parse).toThrow('the connection "lake" begins with postgres://');
  expect(parse).not.toThrow("hidden");
});
