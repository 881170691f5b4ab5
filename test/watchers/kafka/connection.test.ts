import { expect, it } from "vitest";
import { parseKafkaUri } from "../../../watchers/kafka/connection.ts";

it.each([
  { uri: "kafka://a", connection: { brokers: ["a:9092"] } },
  { uri: "kafka://a,b:9093?brokers=c:1,d:2", connection: { brokers: ["a:9093", "b:9093", "c:1", "d:2"] } },
  { uri: "kafkas://a:9093", connection: { brokers: ["a:9093"], tls: {} } },
  {
    uri: "kafkas://me:p%40ss@a?sasl=scram-sha-512",
    connection: { brokers: ["a:9092"], tls: {}, login: { mechanism: "scram-sha-512", username: "me", password: "p@ss" } },
  },
  { uri: "kafka://me:p@a", connection: { brokers: ["a:9092"], login: { mechanism: "plain", username: "me", password: "p" } } },
])("reads $uri", ({ uri, connection }) => {
  expect(parseKafkaUri(uri, "streams")).toEqual(connection);
});

it.each([
  ["http://secret@a", "kafka: or kafkas:"],
  ["kafka://me:secret@a?sasl=gssapi", "plain, scram"],
  ["kafka://me:secret@a?ssl=true", '"ssl"'],
  ["kafkas://me:secret@a?ca=/nothing/here.pem", "file of ca"],
])("refuses %s without showing it", (uri, says) => {
  expect(() => parseKafkaUri(uri, "streams")).toThrow(expect.objectContaining({ code: "E_CONNECTION", message: expect.stringContaining(says) }));
  expect(() => parseKafkaUri(uri, "streams")).not.toThrow(/secret/);
});
