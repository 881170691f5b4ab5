import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readConnections } from "../../runtime/connections.ts";
import { readConnectionsFile, writeConnection } from "../../runtime/connections-file.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "headgate-connections-"));
  path = join(folder, "below", "connections.yaml");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("is empty where there is none, and grows by what is added, for its owner only", () => {
  expect(readConnectionsFile(path)).toEqual({});
  expect(writeConnection(path, "warehouse", "postgres://ana:pl%40nted@db/sales")).toBe("added");
  expect(writeConnection(path, "eu-lake", "https://K:S@lake:9000/")).toBe("added");
  expect(writeConnection(path, "warehouse", "postgres://ana:other@db/sales")).toBe("replaced");
  expect(readConnectionsFile(path)).toEqual({ warehouse: "postgres://ana:other@db/sales", "eu-lake": "https://K:S@lake:9000/" });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it("keeps the comments that a person wrote", () => {
  path = join(folder, "connections.yaml");
  writeFileSync(path, "# of the data team\nlake: https://lake/\n");
  writeConnection(path, "warehouse", "postgres://db/sales");
  expect(readFileSync(path, "utf8")).toBe("# of the data team\nlake: https://lake/\nwarehouse: postgres://db/sales\n");
});

it.each([
  ["no YAML", 'lake: "https://u:pl4nted@lake\n', "line 2 is no YAML"],
  ["no map", "- pl4nted\n", "it is no map of names to URIs"],
  ["a name that is none", "Lake_1: pl4nted\n", '"Lake_1" is no name'],
  ["a value that is no text", "lake: [pl4nted]\n", 'the value of "lake" is no text'],
])("of %s is refused with the file, and shows no value", (_, text, says) => {
  path = join(folder, "connections.yaml");
  writeFileSync(path, text);
  let thrown: unknown;
  try {
    readConnectionsFile(path);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code: "E_CONNECTION", where: path, message: expect.stringContaining(says) });
  expect(JSON.stringify(thrown, Object.getOwnPropertyNames(thrown))).not.toContain("pl4nted");
});

it("counts after the environment, says where each comes from, and hides the secrets of all", () => {
  const file = { path, uris: { lake: "https://K:filed-secret@lake/", warehouse: "postgres://a:unused-secret@db/x" } };
  const known = readConnections({ HEADGATE_CONN_WAREHOUSE: "postgres://a:env-secret@db/sales" }, { file, also: ["postgres://h:store-secret@store/h"] });
  expect(known.names).toEqual(["lake", "warehouse"]);
  expect(known.names.map(known.origin)).toEqual([path, "HEADGATE_CONN_WAREHOUSE"]);
  expect(known.uri("lake")).toBe(file.uris.lake);
  expect(known.redacted("warehouse")).toBe("postgres://db/sales");
  expect(known.hide("filed-secret env-secret store-secret db")).toBe("*** *** *** db");
});
