import { z } from "zod";
import { asset } from "../../core/authoring/asset.ts";
import { branded } from "../../core/authoring/brand.ts";
import type { Partitions } from "../../core/authoring/partitions.ts";
import { watch } from "../../core/authoring/watch.ts";
import { type Contract, contractFile } from "../../core/contract.ts";
import type { AssetDefinition, Definition } from "../../core/definition.ts";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import { parsePartitions } from "../../core/partitions/partition-definition.ts";
import { parseTemplate } from "../../core/uri/template.ts";
import { type AssetForm, type DefinitionsFile, definitionsForm, type WatcherForm } from "./forms.ts";
import { type LocatedYaml, parseYaml, pathText, type YamlPath } from "./located-yaml.ts";
import { mapByPaths } from "./map-by-paths.ts";
import { sourceOf } from "./source-forms.ts";

/** What a file of YAML defines, and everything that is wrong with it, each with file, line and path. */
export interface DefinitionFile {
  readonly assets: readonly AssetDefinition[];
  /** The watchers, once all assets of the project are known. */
  watchers(assets: readonly AssetDefinition[]): Promise<{ readonly definitions: readonly Definition[]; readonly errors: readonly HeadgateError[] }>;
  readonly errors: readonly HeadgateError[];
}

/** Reads `assets.yaml` or `watchers.yaml`. Never throws for what is wrong with it. */
export function readDefinitionFile(file: string, text: string): DefinitionFile {
  const errors: HeadgateError[] = [];
  let yaml: LocatedYaml;
  let content: DefinitionsFile;
  try {
    yaml = parseYaml(file, text);
    const checked = definitionsForm.safeParse(yaml.content ?? {});
    if (!checked.success) return nothing(checked.error.issues.flatMap((issue) => mistakes(file, yaml, issue)));
    content = checked.data;
  } catch (error) {
    return nothing([error as HeadgateError]);
  }

  const assets = (content.assets ?? []).flatMap((form, index) => orError(errors, ["assets", index], () => toAsset(form, file)));

  async function watchers(known: readonly AssetDefinition[]): ReturnType<DefinitionFile["watchers"]> {
    const definitions: Definition[] = [];
    const wrong: HeadgateError[] = [];
    for (const [index, form] of (content.watchers ?? []).entries()) {
      try {
        definitions.push(await toWatcher(form, known));
      } catch (error) {
        wrong.push(placed(["watchers", index], error));
      }
    }
    return { definitions, errors: wrong };
  }

  function orError<T>(into: HeadgateError[], path: YamlPath, make: () => T): T[] {
    try {
      return [make()];
    } catch (error) {
      into.push(placed(path, error));
      return [];
    }
  }

  function placed(path: YamlPath, error: unknown): HeadgateError {
    const { code, hint, message } = HeadgateError.is(error) ? error : { code: "E_DAG_FILE" as const, hint: undefined, message: messageOf(error) };
    return new HeadgateError(code, `${pathText(path)} of ${file}: ${message}`, {
      where: yaml.placeOf(path),
      hint: hint ?? "correct the file; the others are not affected",
      cause: error,
    });
  }

  return { assets, watchers, errors };
}

function nothing(errors: readonly HeadgateError[]): DefinitionFile {
  return { assets: [], watchers: async () => ({ definitions: [], errors: [] }), errors };
}

/** A union that does not fit says nothing by itself: the branch that came furthest says what is wrong. */
function mistakes(file: string, yaml: LocatedYaml, issue: z.core.$ZodIssue, above: YamlPath = []): readonly HeadgateError[] {
  const path = [...above, ...issue.path.filter((part) => typeof part !== "symbol")];
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const [nearest = []] = [...issue.errors].sort((a, b) => depthOf(b) - depthOf(a) || a.length - b.length);
    return nearest.flatMap((inner) => mistakes(file, yaml, inner, path));
  }
  const unknown = issue.code === "unrecognized_keys" ? issue.keys : [];
  const at = unknown.length === 0 ? path : [...path, unknown[0] ?? ""];
  return [
    new HeadgateError("E_DAG_FILE", `${path.length === 0 ? "the file" : pathText(path)} of ${file} is wrong: ${issue.message}`, {
      where: yaml.placeOf(at),
      hint: "headgate/definitions.schema.json has the form, and an editor completes by it",
    }),
  ];
}

function depthOf(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}

function toAsset({ contract, partitions, schema, uri, ...rest }: AssetForm, file: string): AssetDefinition {
  const made = asset(uri, {
    ...withoutUndefined(rest),
    ...(partitions === undefined ? {} : { partitions: { kind: "partitions", definition: parsePartitions(partitions, "partitions") } as Partitions<never> }),
    ...(contract === undefined ? {} : { contract: contractOf(contract) }),
    ...(schema === undefined ? {} : { schema: z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema) as never }),
  } as object);
  return branded({ ...made, file });
}

function contractOf(contract: NonNullable<AssetForm["contract"]>): Contract {
  if (typeof contract === "string") return contractFile(contract);
  const { file, ...options } = contract;
  return contractFile(file, withoutUndefined(options));
}

async function toWatcher({ id, map, publishes, source, every, startAt }: WatcherForm, assets: readonly AssetDefinition[]): Promise<Definition> {
  const { identity } = parseTemplate(publishes);
  const published = assets.find(({ uri }) => uri === identity) ?? asset(publishes);
  const options = { publishes: published, ...withoutUndefined({ every, startAt }), ...(map === undefined ? {} : { map: mapByPaths(map) }) };
  return watch(id, await sourceOf(source), options as never);
}

function withoutUndefined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
