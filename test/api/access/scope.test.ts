import { describe, expect, it } from "vitest";
import { isAdmin, mayOperate, mayPublish, mayRead, mayStart } from "../../../api/access/rights.ts";
import { parseScope, scopeText } from "../../../api/access/scope.ts";

const withScopes = (text: string) => ({ scopes: text.split(",").map((scope) => parseScope(scope)) });

it.each(["read", "admin", "publish", "publish:s3://lake/raw", "start", "start:sales", "operate", "operate:sales"])("reads and writes the scope %s", (text) => {
  expect(scopeText(parseScope(text))).toBe(text);
});

it.each(["", "everything", "read:sales", "admin:", "operate:", "operate:Sales", "start:a b", "Read", " read"])("refuses %j as a scope", (text) => {
  expect(() => parseScope(text)).toThrow(expect.objectContaining({ code: "E_CONFIG" }));
});

it.each([
  ["read", true],
  ["admin", true],
  ["operate", false],
  ["operate:sales", false],
  ["publish,start", false],
])("with %s one may read: %s", (scopes, may) => {
  expect(mayRead(withScopes(scopes))).toBe(may);
});

describe("publishing", () => {
  it.each([
    ["publish:s3://lake/raw/", "s3://lake/raw/orders", true],
    ["publish:s3://lake/raw", "s3://lake/raw", true],
    ["publish:s3://lake/raw", "s3://lake/rawer/orders", false],
    ["publish:s3://lake/raw", "s3://lake/raw/../clean/orders", false],
    ["publish:s3://lake/raw", "s3://lake/clean", false],
    ["publish", "postgres://warehouse/clean/orders", true],
    ["admin", "s3://lake/clean", true],
    ["read,operate", "s3://lake/clean", false],
  ])("with %s one may publish %s: %s", (scopes, asset, may) => {
    expect(mayPublish(withScopes(scopes), asset)).toBe(may);
  });
});

describe("projects", () => {
  it.each([
    ["start:sales", true, false],
    ["operate:sales", true, true],
    ["start", true, false],
    ["operate", true, true],
    ["operate:finance", false, false],
    ["start:sal", false, false],
    ["admin", true, true],
    ["read,publish", false, false],
  ])("with %s one may start DAGs of sales: %s, and operate it: %s", (scopes, start, operate) => {
    expect([mayStart(withScopes(scopes), "sales"), mayOperate(withScopes(scopes), "sales")]).toEqual([start, operate]);
  });
});

it("takes only admin for an administrator", () => {
  expect([isAdmin(withScopes("admin")), isAdmin(withScopes("read,operate,start,publish"))]).toEqual([true, false]);
});
