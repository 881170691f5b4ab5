import { expect, it } from "vitest";
import { type AccessFindings, accessChecks } from "../../cli/doctor-access.ts";

const nobody: AccessFindings = {
  settings: { publicUrl: undefined, oidcIssuer: undefined, oidcClientId: undefined, oidcRights: "" },
  tokens: [],
  fixed: 0,
  people: 0,
};
const oidc = { publicUrl: "https://headgate.example", oidcIssuer: "https://id.example", oidcClientId: "headgate", oidcRights: "*=read" };

it.each<[string, Partial<AccessFindings>, string]>([
  ["nobody", {}, "nobody needs to prove anything: it listens on loopback only"],
  ["tokens and a password", { fixed: 1, people: 1, tokens: [{ name: "ci", scopes: ["read"], expiresAt: null }] }, "2 tokens, 1 password"],
  ["a provider", { settings: oidc }, "https://id.example"],
])("says who can use the API: %s", (_, findings, found) => {
  expect(accessChecks({ ...nobody, ...findings })).toEqual([{ name: "api access", status: "ok", found }]);
});

it.each<[string, Partial<AccessFindings>, string, RegExp]>([
  ["a provider without a client id", { settings: { ...oidc, oidcClientId: undefined } }, "problem", /no client id/],
  ["a provider without a way back", { settings: { ...oidc, publicUrl: undefined } }, "problem", /send them back/],
  ["a provider whose people may do nothing", { settings: { ...oidc, oidcRights: "" } }, "warning", /may do nothing/],
  ["an address without TLS", { settings: { ...nobody.settings, publicUrl: "http://headgate.example" } }, "warning", /without TLS/],
  ["an administrator's token for ever", { tokens: [{ name: "root", scopes: ["admin"], expiresAt: null }] }, "warning", /never end: root/],
])("warns of %s", (_, findings, status, found) => {
  expect(accessChecks({ ...nobody, ...findings }).slice(1)).toEqual([
    expect.objectContaining({ status, found: expect.stringMatching(found), hint: expect.any(String) }),
  ]);
});

it("has nothing against an address of this machine without TLS", () => {
  expect(accessChecks({ ...nobody, settings: { ...nobody.settings, publicUrl: "http://localhost:7280" } })).toHaveLength(1);
});
