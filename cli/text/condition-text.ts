import type { AssetNode, By, ConditionNode, GroupNode, Mapping, PatternNode, Wait } from "../../core/condition.ts";

/** A condition on one line, in the words in which its author wrote it: `all(s3://lake/a, s3://lake/b.where({"rows":{"gt":0}}))`. */
export function conditionText(node: ConditionNode | null): string {
  return node === null ? "started by hand" : headText(node) + modifiersText(node);
}

function headText(node: ConditionNode): string {
  const list = (nodes: readonly ConditionNode[]): string => nodes.map(conditionText).join(", ");
  if ("asset" in node) return node.asset + leafText(node);
  if ("group" in node) return `${node.members === "all" ? "all of " : ""}group(${node.group})${leafText(node)}`;
  if ("pattern" in node) return `${node.members === "all" ? "all of " : ""}pattern(${node.pattern})${leafText(node)}`;
  if ("all" in node) return `all(${list(node.all)})`;
  if ("any" in node) return `any(${list(node.any)})${countText(node.count)}`;
  if ("of" in node) return `atLeast(${node.atLeast}, ${list(node.of)})`;
  if ("sequence" in node) return `sequence(${list(node.sequence)})`;
  if ("cron" in node) return `cron("${node.cron}"${node.tz === undefined ? "" : `, ${node.tz}`})`;
  if ("every" in node) return `every(${node.every})`;
  return `absent(${conditionText(node.absent)}, for ${node.for})`;
}

function leafText(leaf: AssetNode | GroupNode | PatternNode): string {
  return [
    leaf.where === undefined ? "" : `.where(${JSON.stringify(leaf.where)})`,
    countText(leaf.count),
    leaf.partitions === undefined ? "" : `.${mappingText(leaf.partitions)}`,
    leaf.keep === true ? ".keep()" : "",
    leaf.changed === undefined ? "" : `.changed(${leaf.changed})`,
  ].join("");
}

function modifiersText(node: ConditionNode): string {
  return [
    node.within === undefined ? "" : `.within(${node.within})`,
    node.unless === undefined ? "" : `.unless(${conditionText(node.unless)})`,
    node.by === undefined ? "" : `.by(${byText(node.by)})`,
  ].join("");
}

function countText(count: number | undefined): string {
  return count === undefined || count === 1 ? "" : `.count(${count})`;
}

function byText(by: By): string {
  return typeof by === "string" ? by : JSON.stringify(by);
}

/** `rollup(day, at least 20)`, `offset(-1)`, `window(-6..0)`. */
export function mappingText(mapping: Mapping): string {
  switch (mapping.map) {
    case "same":
    case "latest":
      return `${mapping.map}()`;
    case "rollup":
      return `rollup(${mapping.grain}${waitText(mapping.wait)})`;
    case "fanOut":
      return `fanOut(${mapping.grain}${mapping.direction === "backward" ? ", backward" : ""})`;
    case "offset":
      return `offset(${mapping.by})`;
    case "window":
      return `window(${mapping.from}..${mapping.to}${waitText(mapping.wait)})`;
    case "static":
      return `mapKeys(${JSON.stringify(mapping.keys)}${waitText(mapping.wait)})`;
    case "all":
      return `everySlice(${waitText(mapping.wait).replace(/^, /, "")})`;
    case "product":
      return `dimensions(${mapping.of.map(mappingText).join(", ")})`;
  }
}

function waitText(wait: Wait | undefined): string {
  if (wait === undefined) return "";
  if (typeof wait === "string") return `, ${wait}`;
  const parts = [wait.atLeast === undefined ? "" : `at least ${wait.atLeast}`, wait.deadline === undefined ? "" : `deadline ${wait.deadline}`];
  return parts
    .filter((part) => part !== "")
    .map((part) => `, ${part}`)
    .join("");
}
