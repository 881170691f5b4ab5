import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { type ScenarioResult, simulate } from "../../registry/index.ts";
import { scenario as scenarioForm } from "../../registry/simulate/form/scenario.ts";

/** What a scenario shows. `scenarios/<topic>/<name>.json` is the scenario, as `headgate simulate` takes it; `scenarios/<topic>.json` has its promise. */
interface Promised {
  readonly says: string;
  /** Section and rule of what Headgate means, or of what another scheduler promises. */
  readonly rule: string;
  /** `dag[key] when: events (references)`, in the order of their start. */
  readonly runs: readonly string[];
  /** By event id. */
  readonly fates?: Readonly<Record<string, string>>;
  /** Their codes. @default none */
  readonly warnings?: readonly string[];
  readonly rejected?: readonly string[];
}

const root = fileURLToPath(new URL("scenarios", import.meta.url));
const namesIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith(".json"));
const read = <T>(...path: string[]): T => JSON.parse(readFileSync(join(root, ...path), "utf8")) as T;

const promises = namesIn(root).flatMap((file) => {
  const topic = file.replace(".json", "");
  return Object.entries(read<Readonly<Record<string, Promised>>>(file)).map(([name, promised]) => ({ ...promised, scenario: `${topic}/${name}` }));
});

it.each(promises)("$scenario: $says ($rule)", ({ scenario, runs, fates = {}, warnings = [], rejected = [] }) => {
  const given = read(`${scenario}.json`);
  scenarioForm.parse(given);
  const result = simulate(given);
  expect(result.runs.map(textOf)).toEqual(runs);
  expect(Object.fromEntries(Object.keys(fates).map((id) => [id, fateOf(result, id)]))).toEqual(fates);
  expect(result.warnings.map(({ code }) => code)).toEqual(warnings);
  expect(result.rejected.map(({ code }) => code)).toEqual(rejected);
});

it("every scenario has a promise", () => {
  const topics = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const there = topics.flatMap(({ name }) => namesIn(join(root, name)).map((file) => `${name}/${file.replace(".json", "")}`));
  expect(there.sort()).toEqual(promises.map(({ scenario }) => scenario).sort());
});

function textOf({ dag, key, at, events, references = [] }: ScenarioResult["runs"][number]): string {
  const ids = (list: typeof events): string => list.map(({ id }) => id).join(" ");
  return [
    `${dag}${key === "" ? "" : `[${key}]`} ${at.replace(".000Z", "Z")}`,
    events.length === 0 ? "" : `: ${ids(events)}`,
    references.length === 0 ? "" : ` (${ids(references)})`,
  ].join("");
}

function fateOf({ ledger }: ScenarioResult, id: string): string {
  return ledger
    .filter((entry) => entry.event.id === id && entry.fate !== "duplicate")
    .map(({ fate, why }) => `${fate}${why === null ? "" : `(${why})`}`)
    .join(" ");
}
