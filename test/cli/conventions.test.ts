import { describe, expect, it } from "vitest";
import { headgate } from "./headgate.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is looked for
const COLOR = /\u001b\[/;

describe("the command line", () => {
  it.each([
    [[], "Examples"],
    [["--help"], "Usage"],
    [["publish", "--help"], "headgate publish s3://lake/raw/orders"],
  ])("explains itself on stdout and ends with 0: %j", async (args, text) => {
    const { code, stderr, stdout } = await headgate(args);
    expect(stdout).toContain(text);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("shows examples before the options", async () => {
    const { stdout } = await headgate(["publish", "--help"]);
    expect(stdout.indexOf("Examples")).toBeGreaterThan(0);
    expect(stdout.indexOf("Examples")).toBeLessThan(stdout.indexOf("Options"));
  });

  it("prints its version", async () => {
    const { code, stdout } = await headgate(["--version"]);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(code).toBe(0);
  });

  it.each([
    [["chekc"], "unknown command 'chekc'", "did you mean check?"],
    [["check", "--jsno"], "unknown option '--jsno'", "did you mean --json?"],
    [["runs", "list", "--limit", "many"], "It must be a whole number from 1 on", "add --help"],
    [["publish", "s3://lake/a", "--data", "{no json"], "this is not JSON: {no json", "double quotes"],
    [["publish", "lake/a"], "lake/a", "s3://"],
    [["publish", "s3://lake/a", "--time", "yesterday"], '"yesterday" is no instant with a zone', "2026-11-23T10:00:00Z"],
  ])("refuses %j with 2, and says the fix", async (args, what, fix) => {
    const { code, stderr, stdout } = await headgate(args);
    expect(stderr).toMatch(/^error E_/);
    expect(stderr).toContain(what);
    expect(stderr.slice(stderr.indexOf("fix:"))).toContain(fix);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  it("shows the help of a group on stderr when its verb is missing, and ends with 2", async () => {
    const { code, stderr, stdout } = await headgate(["runs"]);
    expect(stderr).toContain("Lists runs");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  it.each([
    [["chekc", "--json"], "E_USAGE"],
    [["assets", "list", "-ojson"], "E_CONFIG"],
    [["registry", "status", "--output=jsonl"], "E_TEMPORAL_UNREACHABLE"],
  ])("says errors as JSON where JSON is asked for: %j", async (args, code) => {
    const { stderr, stdout } = await headgate(args);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code, message: expect.any(String), hint: expect.any(String) } });
    expect(stdout).toBe("");
  });

  it("ends with 1 when a server does not answer", async () => {
    const { code, stderr } = await headgate(["registry", "status"]);
    expect(stderr).toContain("error E_TEMPORAL_UNREACHABLE: no Temporal server answers at 127.0.0.1:1");
    expect(code).toBe(1);
  });

  it("examines a machine without servers, and ends with 1", async () => {
    const { code, stdout } = await headgate(["doctor"], { env: { HEADGATE_CONN_LAKE: "no uri", HEADGATE_LOG_LEVEL: "warn" } });
    expect(stdout).toMatch(/^ok +node +v\d+/m);
    expect(stdout).toMatch(/^problem +temporal server +E_TEMPORAL_UNREACHABLE: .*\n +fix: start one with `headgate dev`/m);
    expect(stdout).toMatch(/^warning +store +not configured/m);
    expect(stdout).toMatch(/^problem +connection lake +E_CONNECTION: .*\n +fix: /m);
    expect(stdout).toMatch(/^logLevel +warn +HEADGATE_LOG_LEVEL/m);
    expect(code).toBe(1);
  });

  it.each([
    ["no terminal", {}, [], false],
    ["FORCE_COLOR", { FORCE_COLOR: "1" }, [], true],
    ["--color always", { NO_COLOR: "1" }, ["--color", "always"], true],
    ["--color never", { FORCE_COLOR: "1" }, ["--color", "never"], false],
    ["JSON", { FORCE_COLOR: "1" }, ["--json"], false],
  ])("colours or not: %s", async (_name, env, flags, colored) => {
    const { stderr } = await headgate(["assets", "list", ...flags], { env });
    expect(COLOR.test(stderr)).toBe(colored);
  });

  it("refuses an event of 3 MB before it asks any server", async () => {
    const { code, stderr } = await headgate(["publish", "-"], { input: JSON.stringify({ asset: "s3://lake/a", data: { text: "x".repeat(3_000_000) } }) });
    expect(stderr).toContain('error E_EVENT_SIZE: an event of "s3://lake/a" has 300');
    expect(code).toBe(2);
  });
});
