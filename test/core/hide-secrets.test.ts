import { expect, it } from "vitest";
import { HeadgateError } from "../../core/errors.ts";
import { hideInError, hideInFields, hideSecretsOf } from "../../core/hide-secrets.ts";

const hide = hideSecretsOf([
  "postgres://ana:pl%40nted@db:5432/sales",
  "https://bearer:tok-123456@bank.example/v1?region=eu",
  "https://queue.example/?sessionToken=sess-9876&region=eu-central-1",
  "secret:whsec_new,whsec_old",
  "amqp://broker",
  "postgres://headgate:headgate@db/sales",
  "not a uri at all",
  "kafka://me:br0ker-pass@one:9092,two:9092",
]);

it.each([
  ["a whole URI", "cannot open postgres://ana:pl%40nted@db:5432/sales", "cannot open ***"],
  ["a password as it is written", "user ana:pl%40nted refused", "user ana:*** refused"],
  ["a password as it is meant", "password pl@nted is wrong", "password *** is wrong"],
  ["a token, wherever it stands, however often", "tok-123456 and tok-123456", "*** and ***"],
  ["a secret in the query", "sess-9876 expired in eu-central-1", "*** expired in eu-central-1"],
  ["both secrets of a webhook", "neither whsec_new nor whsec_old", "neither *** nor ***"],
  ["the password of several hosts", "SASL: br0ker-pass refused by two:9092", "SASL: *** refused by two:9092"],
  ["a value that is no URI", "it is not a uri at all", "it is ***"],
  ["no word that the URI says anyway", "call `headgate deploy` for sales", "call `headgate deploy` for sales"],
  ["nothing of what only names a server", "the broker at db:5432 of bank.example", "the broker at db:5432 of bank.example"],
])("hides %s", (_, text, expected) => {
  expect(hide(text)).toBe(expected);
});

it("hides secrets in message, hint and causes of an error, and keeps its class and code", () => {
  const cause = new Error("login with tok-123456 failed");
  const error = new HeadgateError("E_SOURCE", "pl@nted is wrong", { hint: "not tok-123456", where: "watcher w", cause });
  const hidden = hideInError(error, hide) as HeadgateError;
  expect(hidden).toMatchObject({ code: "E_SOURCE", message: "*** is wrong", hint: "not ***", where: "watcher w" });
  expect(`${hidden.stack} ${String((hidden.cause as Error).message)} ${(hidden.cause as Error).stack}`).not.toMatch(/tok-123456|pl@nted/);
});

it("hides secrets in the fields of a log line, however deep, and in errors among them", () => {
  const fields = { url: "https://x/?k=tok-123456", rows: 3, list: [{ password: "pl@nted" }], err: new Error("no tok-123456"), none: null };
  const hidden = hideInFields(fields, hide) as { err: Error };
  expect(hidden).toMatchObject({ url: "https://x/?k=***", rows: 3, list: [{ password: "***" }], none: null });
  expect(hidden.err.message).toBe("no ***");
});

it("changes nothing where there is nothing to hide", () => {
  expect(hideSecretsOf([])("tok-123456")).toBe("tok-123456");
  expect(hideInError(undefined, hide)).toBeUndefined();
  expect(hideInError("tok-123456", hide)).toBe("***");
});
