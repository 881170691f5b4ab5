import proto, { type temporal } from "@temporalio/proto";
import type { HistoryJson } from "./history-file.ts";

// The SDK's own `historyToJSON` needs one copy of protobufjs for two of its packages, and npm installs two. This form differs
// from the one of Temporal's tools in its timestamps only.

const { History } = proto.temporal.api.history.v1;
export type History = temporal.api.history.v1.IHistory;

export function toJson(history: History): HistoryJson {
  return History.toObject(History.fromObject(history), { longs: String, enums: String, bytes: String }) as HistoryJson;
}

export function fromJson(json: HistoryJson): History {
  return History.fromObject(json as unknown as { [key: string]: unknown });
}
