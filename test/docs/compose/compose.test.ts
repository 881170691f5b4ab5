import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createProgram } from "../../../cli/program.ts";
import { SETTINGS } from "../../../runtime/settings.ts";

interface Service {
  readonly profiles?: readonly string[];
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
}

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const text = read("docker-compose.yaml");
const file = parse(text, { merge: true }) as { readonly services: Readonly<Record<string, Service>>; readonly volumes: object };
const services = Object.entries(file.services);
const ours = services.filter(([, { image }]) => image === "headgate");
const valid = new Ajv2020({ strict: false, allErrors: true, formats: { duration: true } }).compile(
  JSON.parse(readFileSync(new URL("compose-spec.json", import.meta.url), "utf8")),
);
const errorsOf = (content: unknown): readonly string[] =>
  valid(content) ? [] : (valid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);

describe("docker-compose.yaml", () => {
  it("is a file of the Compose Specification", () => {
    expect(errorsOf(file)).toEqual([]);
  });

  it.each([
    ["an unknown key", "restart: unless-stopped", "restarts: unless-stopped"],
    ["a condition that there is not", "service_healthy", "service_happy"],
    ["text for a list", "profiles: [kafka]", "profiles: kafka"],
  ])("would not be one with %s", (_, from, to) => {
    expect(text).toContain(from);
    expect(errorsOf(parse(text.replace(from, to), { merge: true }))).not.toEqual([]);
  });

  it("starts Temporal, Postgres, a worker and a deploy, and the rest by profiles", () => {
    expect(services.filter(([, { profiles }]) => profiles === undefined).map(([name]) => name)).toEqual(["temporal", "postgres", "worker", "deploy"]);
    expect(new Set(services.flatMap(([, { profiles = [] }]) => profiles))).toEqual(new Set(["api", "kafka", "s3"]));
  });

  it.each(services)("lets %s wait only for what starts with it and can tell that it has", (_, { profiles, depends_on = {} }) => {
    for (const [name, { condition }] of Object.entries(depends_on)) {
      const other = file.services[name];
      expect(other, name).toBeDefined();
      expect(profiles ?? []).toEqual(expect.arrayContaining([...(other?.profiles ?? [])]));
      if (condition === "service_healthy") expect(other?.healthcheck, name).toBeDefined();
    }
  });

  it("declares each volume that a service has, and no other", () => {
    const named = services
      .flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(":")[0] as string))
      .filter((volume) => !volume.startsWith("."));
    expect(new Set(named)).toEqual(new Set(Object.keys(file.volumes)));
  });

  it.each(ours)("calls the command line in %s with a verb that it has, and settings that there are", async (_, { command = [], environment = {} }) => {
    const program = await createProgram([...command]);
    expect(program.commands.map((verb) => verb.name())).toContain(command[0]);
    const known = Object.values(SETTINGS).flatMap((setting) => ("env" in setting ? [...setting.env] : []));
    for (const variable of Object.keys(environment))
      expect([...known, "HEADGATE_API_TOKENS", expect.stringMatching(/^HEADGATE_CONN_[A-Z_]+$/)]).toContainEqual(variable);
  });

  it("takes no variable that .env.example does not explain", () => {
    const example = read(".env.example");
    for (const [, variable] of text.matchAll(/\$\{([A-Z0-9_]+)/g)) expect(example).toMatch(new RegExp(`^#?${variable}=`, "m"));
  });
});
