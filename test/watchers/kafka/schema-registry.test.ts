import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import avsc from "avsc";
import { afterEach, describe, expect, it } from "vitest";
import { schemaRegistry } from "../../../watchers/kafka/index.ts";
import { openValues } from "../../../watchers/kafka/value-format.ts";

const ORDER = {
  type: "record",
  name: "Order",
  fields: [
    { name: "id", type: "string" },
    { name: "amount", type: ["null", "double"] },
    { name: "at", type: { type: "long", logicalType: "timestamp-millis" } },
    { name: "raw", type: "bytes" },
    { name: "kind", type: { type: "enum", name: "Kind", symbols: ["NEW", "PAID"] } },
    { name: "lines", type: { type: "array", items: { type: "map", values: "int" } } },
  ],
} as const;
const CUSTOMER = { type: "record", name: "Customer", namespace: "shop", fields: [{ name: "name", type: "string" }] };
const BOUGHT = { type: "record", name: "Bought", fields: [{ name: "by", type: "shop.Customer" }] };

const order = { id: "o-1", amount: { double: 12.5 }, at: 1_795_721_116_372, raw: Buffer.from("hi"), kind: "PAID", lines: [{ a: 1 }, {}] };
const encodedOrder = avsc.Type.forSchema(ORDER as never, { wrapUnions: true }).toBuffer(order);
const registry: Record<string, unknown> = {};
avsc.Type.forSchema(CUSTOMER as never, { registry } as never);
const encodedBought = avsc.Type.forSchema(BOUGHT as never, { registry } as never).toBuffer({ by: { name: "Ada" } });

const ANSWERS: Readonly<Record<string, object>> = {
  "/schemas/ids/1": { schema: JSON.stringify(ORDER) },
  "/schemas/ids/2": { schema: JSON.stringify(BOUGHT), references: [{ name: "shop.Customer", subject: "customer", version: 3 }] },
  "/subjects/customer/versions/3": { schema: JSON.stringify(CUSTOMER) },
  "/schemas/ids/3": { schemaType: "JSON", schema: "{}" },
  "/schemas/ids/4": { schemaType: "PROTOBUF", schema: "" },
  "/schemas/ids/6": { schema: JSON.stringify("long") },
};

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A registry over HTTP, as the wire protocol has it. */
async function open() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization ?? ""}`.trim());
    if (request.url === "/schemas/ids/5") return void response.writeHead(503).end();
    const answer = ANSWERS[request.url ?? ""];
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" }).end(JSON.stringify(answer ?? { error_code: 40_403 }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const read = await openValues(schemaRegistry("schemas"), { connection: () => `http://me:s%40cret@127.0.0.1:${port}`, signal: new AbortController().signal });
  return { read, asked };
}

function withSchema(id: number, bytes: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(id, 1);
  return Buffer.concat([header, bytes]);
}

describe("values whose schemas are in a registry", () => {
  it("are JSON of what Avro says, by one question for each schema", async () => {
    const { read, asked } = await open();
    const value = { id: "o-1", amount: 12.5, at: 1_795_721_116_372, raw: "aGk=", kind: "PAID", lines: [{ a: 1 }, {}] };
    expect(await read(withSchema(1, encodedOrder))).toEqual({ value });
    expect(await read(withSchema(1, encodedOrder))).toEqual({ value });
    expect(asked).toEqual([`/schemas/ids/1 Basic ${Buffer.from("me:s@cret").toString("base64")}`]);
  });

  it("may refer to the schemas of others", async () => {
    const { read } = await open();
    expect(await read(withSchema(2, encodedBought))).toEqual({ value: { by: { name: "Ada" } } });
  });

  it("keep numbers that JavaScript cannot hold as their digits", async () => {
    const { read } = await open();
    expect(await read(withSchema(6, Buffer.from("feffffffffffffffff01", "hex")))).toEqual({ value: "9223372036854775807" });
    expect(await read(withSchema(6, Buffer.from("03", "hex")))).toEqual({ value: -2 });
  });

  it("may be JSON", async () => {
    const { read } = await open();
    expect(await read(withSchema(3, Buffer.from('{"a":1}')))).toEqual({ value: { a: 1 } });
  });

  it.each([
    ["no header", Buffer.from('{"a":1}'), "does not begin with a zero"],
    ["a schema that the registry does not know", withSchema(99, encodedOrder), "the registry has no schemas/ids/99"],
    ["a schema in a language that is not read", withSchema(4, encodedOrder), "PROTOBUF"],
    ["bytes that end too soon", withSchema(1, encodedOrder.subarray(0, 6)), "the value is no value of a known schema"],
    ["bytes that go on", withSchema(1, Buffer.concat([encodedOrder, encodedOrder])), "trailing data"],
  ])("become dead letters with %s", async (_, bytes, reason) => {
    const { read } = await open();
    expect(await read(bytes)).toMatchObject({ reason: expect.stringContaining(reason), raw: expect.any(String) });
  });

  it("wait for a registry that is in trouble, which is no fault of theirs", async () => {
    const { read, asked } = await open();
    for (let tries = 0; tries < 2; tries += 1) {
      await expect(async () => await read(withSchema(5, encodedOrder))).rejects.toMatchObject({ code: "E_SOURCE", message: "the schema registry answers 503" });
    }
    expect(asked).toHaveLength(2);
  });
});
