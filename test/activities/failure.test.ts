import { ApplicationFailure, CancelledFailure } from "@temporalio/common";
import { describe, expect, it } from "vitest";
import { errorText, toFailure } from "../../activities/failure.ts";
import { HeadgateError } from "../../core/errors.ts";
import { NonRetryableError, RetryAfterError } from "../../core/tasks/retry-errors.ts";

class DiskError extends Error {}

describe("an error on its way into a history", () => {
  it("keeps names, messages, stacks and causes", () => {
    const error = new DiskError("cannot write", { cause: new RangeError("full", { cause: "quota" }) });
    const failure = toFailure(error) as ApplicationFailure;
    expect(failure).toMatchObject({ type: "DiskError", message: "cannot write", nonRetryable: false, stack: error.stack });
    expect(failure.cause).toMatchObject({ type: "RangeError", message: "full", cause: { type: "string", message: "quota" } });
  });

  it("of ours has its code as type, and its fix in the message", () => {
    const error = new HeadgateError("E_TASK_GONE", "it is gone", { where: "dag d", hint: "deploy it" });
    expect(toFailure(error, ["E_TASK_GONE"])).toMatchObject({ type: "E_TASK_GONE", nonRetryable: true, message: "dag d: it is gone (deploy it)" });
    expect(toFailure(error)).toMatchObject({ nonRetryable: false });
  });

  it.each([new CancelledFailure("stop"), ApplicationFailure.nonRetryable("mine", "Mine")])("of Temporal stays what it is (%#)", (failure) => {
    expect(toFailure(failure)).toBe(failure);
  });

  it.each([
    ["text", "string"],
    [undefined, "undefined"],
    [{ a: 1 }, "object"],
  ])("may be anything that was thrown: %j", (thrown, type) => {
    expect(toFailure(thrown)).toMatchObject({ type, message: String(thrown) });
  });

  it("says what the task knows about its next attempt", () => {
    expect(toFailure(new NonRetryableError("no such column"))).toMatchObject({ type: "NonRetryableError", nonRetryable: true });
    expect(toFailure(new RetryAfterError("busy", "30s"))).toMatchObject({ type: "RetryAfterError", nonRetryable: false, nextRetryDelay: 30_000 });
  });

  it("is cut where it is too long, and survives a circle of causes", () => {
    const error = new Error("x".repeat(50_000));
    error.cause = error;
    const failure = toFailure(error);
    expect(failure.message.length).toBeLessThan(10_100);
    expect(errorText(error).length).toBeLessThanOrEqual(10_000);
  });
});
