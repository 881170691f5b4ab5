import { ApplicationFailure } from "@temporalio/common";
import { expect, it } from "vitest";
import { temporalLine } from "../../runtime/temporal-line.ts";

const ADDRESS = {
  sdkComponent: "worker",
  taskQueue: "headgate",
  isLocal: false,
  namespace: "default",
  taskToken: "CiQw",
  workflowRunId: "01a2",
  activityId: "each[2]",
};

it("a failed task is a line that says which, in which attempt and why", () => {
  const error = ApplicationFailure.create({ message: "disk full\nand more", type: "RangeError" });
  const meta = {
    ...ADDRESS,
    attempt: 3,
    activityType: "orders-clean.each",
    workflowId: "orders-clean/9be3-1",
    workflowType: "orders-clean",
    error,
    durationMs: 11,
  };
  expect(temporalLine("Activity failed", meta)).toEqual({
    text: "orders-clean.each failed in attempt 3: disk full",
    fields: { run: "orders-clean/9be3-1", durationMs: 11 },
  });
});

it("any other line stays as it is, with the message of its error", () => {
  expect(temporalLine("Worker state changed", { sdkComponent: "worker", state: "DRAINED" })).toEqual({
    text: "Worker state changed",
    fields: { state: "DRAINED" },
  });
  expect(temporalLine("Failed to poll", { error: new Error("connection refused") })).toEqual({ text: "Failed to poll: connection refused", fields: {} });
  expect(temporalLine("Started")).toEqual({ text: "Started", fields: {} });
});
