import { expect, it } from "vitest";
import { groupsIn, parseGroupRights, scopesOf } from "../../../api/access/groups.ts";
import { scopeText } from "../../../api/access/scope.ts";

const rights = parseGroupRights("data-eng=read,operate:sales; cn=leads,ou=x=admin; *=read");

it.each([
  [[], ["read"]],
  [["data-eng"], ["read", "read", "operate:sales"]],
  [
    ["cn=leads,ou=x", "other"],
    ["read", "admin"],
  ],
  [["constructor", "__proto__"], ["read"]],
])("gives the groups %j the scopes %j", (groups, scopes) => {
  expect(scopesOf(rights, groups).map(scopeText)).toEqual(scopes);
});

it("gives nothing to anybody where nothing is said", () => {
  expect(scopesOf({}, ["data-eng"])).toEqual([]);
});

it.each(["data-eng", "=read", "data-eng=everything"])("refuses %j", (text) => {
  expect(() => parseGroupRights(text)).toThrow(expect.objectContaining({ code: "E_CONFIG" }));
});

it.each([
  [
    ["a", "b"],
    ["a", "b"],
  ],
  ["a", ["a"]],
  [["a", 7, null], ["a"]],
  [undefined, []],
  [{ a: true }, []],
])("reads the claim %j as the groups %j", (claim, groups) => {
  expect(groupsIn(claim)).toEqual(groups);
});
