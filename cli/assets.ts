import { type Command, Option } from "commander";
import { defined } from "../core/defined.ts";
import type { FreshnessState } from "../core/freshness.ts";
import { readView } from "../core/json-view.ts";
import { normalizeUri } from "../core/uri/uri.ts";
import type { AssetDetails, AssetSummary, LastEvent } from "../store/queries/assets.ts";
import { act } from "./frame/command.ts";
import { firstOf, pageFor } from "./frame/first-of.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { limitOption } from "./frame/limit-option.ts";
import type { Output } from "./frame/output.ts";
import { count } from "./text/count-text.ts";
import { renderDetails, renderSections } from "./text/details.ts";
import { partitionText } from "./text/partition-text.ts";
import { renderTable } from "./text/table.ts";
import { isoTime, relativeText } from "./text/time-text.ts";

interface ListOptions {
  readonly search?: string;
  readonly owner?: string;
  readonly tag?: string;
  readonly group?: string;
  readonly freshness?: FreshnessState;
  readonly limit?: number;
}

/** Most partitions that one answer has. */
const MOST_PARTITIONS = 1_000;

/** `headgate assets list|show`. */
export function addAssets(program: Command): void {
  const assets = program
    .command("assets")
    .helpCommand(false)
    .summary("what data there is, and what changed when")
    .description("What data there is, and what changed when.")
    .helpGroup("Look");

  const list = assets.command("list").description("Lists the assets that were deployed or that events named.");
  list
    .option("--search <text>", "part of the URI")
    .option("--owner <name>", "its owner")
    .option("--tag <tag>", "one of its tags")
    .option("--group <name>", "a group that it is in")
    .addOption(new Option("--freshness <state>", "how fresh it is, of those that say how fresh they must be").choices(["fresh", "stale", "unknown"]))
    .addOption(limitOption());
  withSettings(withOutput(list), API_SETTINGS);
  withExamples(list, [
    ["headgate assets list", "all of them"],
    ["headgate assets list --search orders --json", "some of them, for a script"],
    ["headgate assets list --freshness stale", "what is late?"],
  ]);
  act<ListOptions>(list, async ({ api, options, output }) => {
    const { search, owner, tag, group, freshness, limit = 100 } = options;
    const query = { ...defined({ search, owner, tag, group, freshness }), limit: pageFor(limit) };
    const found = await firstOf((await api()).items("/v1/assets", { query }), limit);
    output.result(found, () => (found.length === 0 ? "no assets" : assetsText(readView<readonly AssetSummary[]>(found), output)));
  });

  const show = assets
    .command("show")
    .argument("<asset>", "URI")
    .description("Shows an asset: its definition, its partitions, and its newest events with what each said of it.")
    .addOption(limitOption("events and partitions"));
  withSettings(withOutput(show), API_SETTINGS);
  withExamples(show, [["headgate assets show s3://lake/raw/orders", "what it is, and what changed when"]]);
  act<{ readonly limit?: number }, [string]>(show, async ({ api, options, output }, uri) => {
    const { limit = 20 } = options;
    const asked = await api();
    const params = { asset: normalizeUri(uri) };
    const asset = await asked.get("/v1/assets/{asset}", { params });
    const [{ items: slices }, definitions, events] = await Promise.all([
      asked.get("/v1/assets/{asset}/partition-versions", { params, query: { limit: Math.min(limit, MOST_PARTITIONS) } }),
      firstOf(asked.items("/v1/assets/{asset}/metadata", { params, query: { limit: 200 } }), 1_000),
      firstOf(asked.items("/v1/assets/{asset}/events", { params, query: { limit: pageFor(limit) } }), limit),
    ]);
    const found = { ...asset, slices, definitions, events };
    output.result(found, () => assetText(readView<AssetDetails>(found), output));
  });
}

export function assetsText(assets: readonly AssetSummary[], { now, paint, width }: Output): string {
  return renderTable<AssetSummary>(
    [
      { title: "ASSET", value: ({ asset }) => asset, cut: "middle", key: true, paint: paint.bold },
      { title: "EVENTS", value: ({ version }) => version, align: "right" },
      { title: "PARTITIONS", value: ({ partitions }) => partitions || "", align: "right" },
      {
        title: "LAST EVENT",
        value: ({ last }) => (last === null ? "never" : relativeText(last.at, now)),
        paint: (text, { last }) => (last === null ? paint.dim(text) : text),
      },
      {
        title: "FRESH",
        value: ({ freshness }) => freshness?.state,
        paint: (text, { freshness }) => (freshness?.state === "stale" ? paint.red(text) : freshness?.state === "fresh" ? paint.green(text) : paint.dim(text)),
      },
      { title: "FROM", value: ({ last }) => last?.run ?? last?.source, cut: "middle" },
      { title: "OWNER", value: ({ definition }) => definition?.owner, cut: "end" },
    ],
    assets,
    { width, paintTitle: paint.dim },
  );
}

/** `stale since 3 h ago; must be within 26h` */
function freshnessWords({ state, since, expected, until }: NonNullable<AssetDetails["freshness"]>, now: number): string {
  const from = since === null ? "" : ` since ${relativeText(since, now)}`;
  const to = until === null ? "" : `, stale ${relativeText(until, now)} if nothing comes`;
  return `${state}${from}${to}; must be ${expected}`;
}

export function assetText(asset: AssetDetails, { now, paint, width }: Output): string {
  const { definition } = asset;
  const head = renderDetails(
    [
      ["asset", paint.bold(asset.asset)],
      ["description", definition?.description],
      ["owner", definition?.owner],
      ["tags", definition?.tags.join(", ")],
      ["groups", definition?.groups?.join(", ")],
      ["partitions", definition?.partitions === undefined ? undefined : partitionText(definition.partitions)],
      ["template", definition?.template],
      ["schema", definition === null ? undefined : definition.schema ? "checked" : "none"],
      ["contract", definition?.contract === undefined ? undefined : `${definition.contract.file}, data that breaks it: ${definition.contract.onViolation}`],
      ["freshness", asset.freshness === null ? undefined : freshnessWords(asset.freshness, now)],
      ["project", asset.project],
      [
        "definition",
        definition === null ? "none: only events or conditions name it" : `version ${asset.definitionVersion} (${asset.definitionHash?.slice(0, 8)})`,
      ],
      ["events", asset.last === null ? "none yet" : `${asset.version.toLocaleString("en-US")}, the last one ${relativeText(asset.last.at, now)}`],
    ],
    paint,
  );
  const table = { width: width - 2, paintTitle: paint.dim };
  const slices = asset.slices.filter(({ partition }) => partition !== null);
  const from = (last: LastEvent): string => last.run ?? last.source;
  return renderSections(
    head,
    [
      [
        `Partitions (${slices.length < asset.partitions ? `newest ${slices.length} of ${asset.partitions}` : asset.partitions})`,
        slices.length === 0
          ? ""
          : renderTable(
              [
                { title: "PARTITION", value: ({ partition }) => partition },
                { title: "EVENTS", value: ({ version }) => version, align: "right" },
                { title: "LAST EVENT", value: ({ last }) => relativeText(last.at, now) },
                { title: "FROM", value: ({ last }) => from(last), cut: "middle" },
              ],
              slices,
              table,
            ),
      ],
      [
        `Events (${asset.events.length < asset.version ? `newest ${asset.events.length} of ${count(asset.version, "event")}` : asset.events.length})`,
        asset.events.length === 0
          ? ""
          : renderTable(
              [
                { title: "ACCEPTED", value: ({ at }) => isoTime(at) },
                { title: "", value: ({ at }) => relativeText(at, now), paint: paint.dim },
                { title: "PARTITION", value: ({ partition }) => partition },
                { title: "VERSION", value: ({ version }) => version, align: "right" },
                { title: "DATA", value: ({ data }) => (Object.keys(data).length === 0 ? null : JSON.stringify(data)), cut: "end" },
                { title: "SOURCE", value: ({ source }) => source, cut: "middle" },
                { title: "ID", value: ({ id }) => id, cut: "middle" },
              ],
              asset.events,
              table,
            ),
      ],
    ],
    paint,
  );
}
