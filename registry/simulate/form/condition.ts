import { z } from "zod";
import { mapping } from "./partitions.ts";
import { duration, name, oneOrMore, positive, timeZone, uri } from "./words.ts";

const json = z.unknown();

const operators = z
  .strictObject({
    eq: json.optional(),
    ne: json.optional(),
    gt: json.optional(),
    gte: json.optional(),
    lt: json.optional(),
    lte: json.optional(),
    in: z.array(json).optional(),
    notIn: z.array(json).optional(),
    glob: z.string().optional(),
    exists: z.boolean().optional(),
    between: z.tuple([json, json]).optional().describe("Start included, end excluded"),
    tz: timeZone.optional().describe("Beside between of two times of day on $time"),
  })
  .meta({ id: "operators" });

const filter: z.ZodType = z
  .lazy(() => anyFilter)
  .meta({
    id: "filter",
    description: "Dotted paths into the data, or $source, $id, $partition, $time; a value, or operators",
    examples: [{ rows: { gt: 0 }, "order.region": "eu" }],
  });
const anyFilter = z
  .object({ and: z.array(filter).optional(), or: z.array(filter).optional(), not: filter.optional() })
  .catchall(z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), operators]));

const path = name;
const by = z
  .union([oneOrMore(path), z.record(z.string(), oneOrMore(path))])
  .meta({ id: "by", description: 'Gathers separately for each value: "partition", a path, a list of them, or one for each asset' });

/** A condition of any kind. */
export const node: z.ZodType = z
  .lazy(() => anyNode)
  .meta({
    id: "node",
    description: "Says when a DAG is due; the key that is there says the kind",
    examples: [{ all: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b", where: { rows: { gt: 0 } } }] }],
  });
const nodes = z.array(node).min(1);

/** On any node. */
const modifiers = {
  within: duration.optional().describe("All that a run takes lies within that span of event time"),
  unless: node.optional().describe("When it is due, what this node gathered is dropped"),
  by: by.optional(),
};
const test = {
  where: filter.optional(),
  count: positive.optional().describe("So many events"),
  partitions: mapping.optional(),
};
const leaf = {
  ...test,
  keep: z.boolean().optional().describe("Counts, and is not used up"),
  changed: path.optional().describe("Counts only if the value at this path changed"),
  ...modifiers,
};
const members = z.enum(["all", "any"]).optional();
const silence = z.union([
  z.strictObject({ asset: uri, ...test }),
  z.strictObject({ group: name, members, ...test }),
  z.strictObject({ pattern: name, members, ...test }),
]);

const anyNode = z.union([
  z.strictObject({ asset: uri, ...leaf }),
  z.strictObject({ group: name, members, ...leaf }),
  z.strictObject({ pattern: name, members, ...leaf }),
  z.strictObject({ all: nodes, ...modifiers }),
  z.strictObject({ any: nodes, count: positive.optional(), ...modifiers }),
  z.strictObject({ atLeast: positive, of: nodes, ...modifiers }),
  z.strictObject({ sequence: nodes, ...modifiers }),
  z.strictObject({ cron: name, tz: timeZone.optional(), ...modifiers }),
  z.strictObject({ every: duration, ...modifiers }),
  z.strictObject({ absent: silence, for: duration, ...modifiers }),
]);
