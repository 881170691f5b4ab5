import { describe, expect, it } from "vitest";
import { connectionVariable, readConnections, redactUri } from "../../runtime/connections.ts";

const env = {
  HEADGATE_CONN_WAREHOUSE: "postgres://me:hunter2@db:5432/clean?sslmode=require",
  HEADGATE_CONN_EU_LAKE: "s3://key:hunter2@minio:9000",
  HEADGATE_CONN_BROKEN: "hunter2 is no uri",
  OTHER: "files:///x",
};

describe("connections", () => {
  it("are URIs by name, from variables", () => {
    const connections = readConnections(env);
    expect(connections.names).toEqual(["broken", "eu-lake", "warehouse"]);
    expect(connections.uri("warehouse")).toBe(env.HEADGATE_CONN_WAREHOUSE);
    expect(connections.uri("eu-lake")).toBe(env.HEADGATE_CONN_EU_LAKE);
    expect(connectionVariable("eu-lake")).toBe("HEADGATE_CONN_EU_LAKE");
  });

  it("may live in another variable that the config file names", () => {
    expect(readConnections(env, { variables: { landing: "OTHER" } }).uri("landing")).toBe("files:///x");
  });

  it.each([
    ["nowhere", "HEADGATE_CONN_NOWHERE", "is missing"],
    ["broken", "HEADGATE_CONN_BROKEN", "is malformed"],
  ])("throw E_CONNECTION for %s, name %s and show no value", (name, variable, says) => {
    let error: unknown;
    try {
      readConnections(env).uri(name);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      code: "E_CONNECTION",
      where: variable,
      message: expect.stringContaining(says),
      hint: expect.stringContaining(name === "nowhere" ? variable : "percent-encoded"),
    });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("hunter2");
  });

  it("take an empty variable as missing", () => {
    expect(() => readConnections({ HEADGATE_CONN_X: "" }).uri("x")).toThrow("HEADGATE_CONN_X is not set");
    expect(readConnections({ HEADGATE_CONN_X: "" }).names).toEqual([]);
  });

  it.each([
    ["postgres://me:hunter2@db:5432/clean?password=hunter2", "postgres://db:5432/clean"],
    ["files:///landing", "files:///landing"],
    ["https://bearer:hunter2@hooks.example/services/hunter2", "https://hooks.example"],
    ["secret:hunter2", "secret:***"],
    ["hunter2", "(not a URI)"],
  ])("are shown without what could be secret: %s", (uri, shown) => {
    expect(redactUri(uri)).toBe(shown);
  });
});
