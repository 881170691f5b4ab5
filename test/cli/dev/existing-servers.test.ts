import { describe, expect, it } from "vitest";
import { existingServers } from "../../../cli/dev/existing-servers.ts";
import { resolveSettings } from "../../../runtime/settings.ts";

const DATABASE = "postgres://headgate@db.example/headgate";
const servers = (flags: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) => existingServers(resolveSettings({ flags, env }));

describe("the servers of headgate dev", () => {
  it.each([
    ["are embedded unless somebody says otherwise", {}, {}],
    ["are those of the flags", { temporal: "127.0.0.1:7233", "database-url": DATABASE }, { temporalAddress: "127.0.0.1:7233", databaseUrl: DATABASE }],
    ["may be one of each", { temporal: "localhost:7233" }, { temporalAddress: "localhost:7233" }],
    ["may be this machine's by IPv6", { temporal: "[::1]:7233" }, { temporalAddress: "[::1]:7233" }],
    ["may be another machine's under an environment", { temporal: "temporal.example:7233", environment: "ada" }, { temporalAddress: "temporal.example:7233" }],
  ])("%s", (_, flags, expected) => {
    expect(servers(flags)).toEqual(expected);
  });

  it("are embedded whatever the variables of the other commands say", () => {
    expect(servers({}, { TEMPORAL_ADDRESS: "temporal.example:7233", HEADGATE_DATABASE_URL: DATABASE })).toEqual({});
  });

  it.each(["temporal.example:7233", "10.0.0.7:7233", "temporal.example"])("are not %s without an environment", (temporal) => {
    expect(() => servers({ temporal })).toThrow(expect.objectContaining({ code: "E_ENVIRONMENT", hint: expect.stringContaining("--environment") }));
  });

  it("take the environment from its variable too", () => {
    expect(servers({ temporal: "temporal.example:7233" }, { HEADGATE_ENVIRONMENT: "ada" })).toEqual({ temporalAddress: "temporal.example:7233" });
  });
});
