import { expect, it } from "vitest";
import { toConnectionString } from "../../../watchers/service-bus/connection.ts";
import { type ServiceBusItem, serviceBus } from "../../../watchers/service-bus/index.ts";

it("makes the SDK's connection string of a connection's URI", () => {
  expect(toConnectionString("sb://listen:a%2Bb%2Fc%3D@ns.servicebus.windows.net", "bus")).toBe(
    "Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=listen;SharedAccessKey=a+b/c=",
  );
  expect(toConnectionString("sb://test:secret@127.0.0.1:5672?emulator=true", "bus")).toContain("UseDevelopmentEmulator=true");
});

it.each([
  ["amqp://listen:key@host", "does not begin with sb://"],
  ["sb://ns.servicebus.windows.net", "names no policy"],
  ["sb://listen:key@host?tls=no", 'the unknown option "tls"'],
])("refuses the connection %s, because it %s", (uri, why) => {
  expect(() => toConnectionString(uri, "bus")).toThrow(why);
  expect(() => toConnectionString(uri, "bus")).not.toThrow(/:key/);
});

const item: ServiceBusItem = { id: "m1", entity: "orders", value: { no: 4 }, properties: {}, sequence: "17", at: "2026-11-23T00:00:00.000Z" };

it("names a message by its id, or by a key of its own", () => {
  expect(serviceBus().identify(item)).toEqual({ id: "m1", time: "2026-11-23T00:00:00.000Z" });
  expect(serviceBus({ key: "no" }).identify(item).id).toBe("4");
  expect(serviceBus({ key: ({ sequence }) => sequence }).identify(item).id).toBe("17");
});

it.each([
  [{ connection: "eu", entity: "orders" }, undefined, "sb://eu/orders"],
  [{}, { uri: "sb://bus/sales/subscriptions/headgate" }, "sb://bus/sales/subscriptions/headgate"],
])("%j of the asset %j is named %s", (options, source, name) => {
  expect(serviceBus(options).describe(source)).toBe(name);
});

it.each([
  [() => serviceBus({ prefetch: 0 }), "prefetch of serviceBus() is 0"],
  [() => serviceBus({ sessions: 1.5 }), "sessions of serviceBus() is 1.5"],
  [() => serviceBus().describe({ uri: "s3://lake/x" }), "does not know what to read"],
])("refuses wrong options", (make, message) => {
  expect(make).toThrow(message);
});
