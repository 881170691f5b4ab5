import type { PendingList } from "../registry/index.ts";
import type { Output } from "./frame/output.ts";
import { count } from "./text/count-text.ts";
import { renderTable } from "./text/table.ts";
import { relativeText } from "./text/time-text.ts";

type Group = PendingList["groups"][number];
type Line = Group["events"][number] & Pick<Group, "key" | "backlog">;

/** What is pending, one event a line. */
export function pendingText({ count: all, dag, groups }: PendingList, { now, paint, width }: Pick<Output, "now" | "paint" | "width">): string {
  if (all === 0) return `nothing is pending for ${dag}`;
  const lines = groups.flatMap(({ backlog, events, key }) => events.map((event): Line => ({ ...event, backlog, key })));
  const table = renderTable<Line>(
    [
      { title: "KEY", value: ({ backlog, key }) => (backlog ? "(quarantine)" : key) },
      { title: "ACCEPTED", value: ({ at }) => relativeText(Date.parse(at), now) },
      { title: "ID", value: ({ id }) => id, cut: "middle" },
      { title: "SOURCE", value: ({ source }) => source, cut: "middle" },
      { title: "ASSET", value: ({ asset, partition }) => (partition === null ? asset : `${asset} ${partition}`), cut: "middle" },
    ],
    lines,
    { width, paintTitle: paint.dim },
  );
  const left = all - lines.length;
  return [
    `${count(all, "event")} pending for ${paint.bold(dag)} in ${count(groups.length, "key")}`,
    table,
    ...(left === 0 ? [] : [paint.dim(`and ${left} more: --limit`)]),
  ].join("\n");
}
