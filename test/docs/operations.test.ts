import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { connectionVariable } from "../../runtime/connections.ts";
import { SETTINGS } from "../../runtime/settings.ts";
import { WORKER_ROLES } from "../../runtime/worker.ts";
import { ROOT, readPage, sectionsOf } from "./markdown.ts";

const page = readPage("docs/operations.md");
const settings = sectionsOf(page).find(({ title }) => title === "Settings")?.text ?? "";
const rows = settings
  .split("\n")
  .filter((line) => line.startsWith("|") && !line.startsWith("| --"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  .slice(1);

describe("the table of settings", () => {
  it("has every setting, in its order", () => {
    expect(rows.map(([name]) => name)).toEqual(Object.keys(SETTINGS));
  });

  it.each(Object.entries(SETTINGS))("says of %s where it is set, and its default", (name, definition) => {
    const { flag, env = [], fallback } = definition as { readonly flag?: string; readonly env?: readonly string[]; readonly fallback: unknown };
    const [, flags, variables, shown, meaning] = rows.find(([row]) => row === name) ?? [];
    expect(flags).toBe(flag === undefined ? "" : `\`--${flag}\``);
    expect(variables).toBe(env.map((variable) => `\`${variable}\``).join(", "));
    expect(shown).toBe(fallback === undefined || fallback === "" ? "" : `\`${String(fallback)}\``);
    expect(meaning).toBe(definition.meaning);
  });
});

it("names the roles of workers", () => {
  for (const role of WORKER_ROLES) expect(page).toMatch(new RegExp(`^\\| \`${role}\` +\\|`, "m"));
});

it("docker-compose.yaml sets variables that exist", () => {
  const compose = readFileSync(join(ROOT, "docker-compose.yaml"), "utf8");
  const known = new Set<string>([
    ...Object.values(SETTINGS).flatMap((definition) => [...("env" in definition ? definition.env : [])]),
    ...["warehouse", "lake", "streams"].map(connectionVariable),
    "HEADGATE_API_TOKENS",
  ]);
  const set = [...compose.matchAll(/^\s+((?:HEADGATE|TEMPORAL)_[A-Z_]+):/gm)].map(([, name]) => name ?? "");
  expect(set.length).toBeGreaterThan(2);
  for (const name of set) expect(known).toContain(name);
});
