import { describe, expect, it } from "vitest";
import { attemptsOf, attemptsToShow, itemsText } from "../../cli/item-attempts.ts";
import type { RunAttempt } from "../../store/queries/runs.ts";

const attempt = (task: string, status: RunAttempt["status"], number = 1): RunAttempt => ({
  ...{ temporalRunId: "t", task, round: 1, attempt: number, status, startedAt: 1_000, endedAt: 2_000, worker: "w" },
  ...{ error: status === "failed" ? "disk full" : null, code: null },
});
const ATTEMPTS = [
  attempt("list", "succeeded"),
  attempt("each[0]", "succeeded"),
  attempt("each[1]", "failed"),
  attempt("each[1]", "succeeded", 2),
  attempt("each[2]", "failed"),
  attempt("each[3]", "running"),
  attempt("other[0]", "succeeded"),
];

describe("the items of a map in `runs show`", () => {
  it("count for their map, and for no other", () => {
    expect(attemptsOf("each", ATTEMPTS)).toHaveLength(5);
    expect(attemptsOf("list", ATTEMPTS)).toHaveLength(1);
  });

  it("say how far the map is, by the last attempt of each", () => {
    expect(itemsText("each", ATTEMPTS)).toBe("4 items started, 1 running, 1 failed");
    expect(itemsText("list", ATTEMPTS)).toBeUndefined();
  });

  it("are shown only if something happened to them, and of many only some", () => {
    expect(attemptsToShow(ATTEMPTS).map(({ task }) => task)).toEqual(["list", "each[1]", "each[1]", "each[2]"]);
    const many = Array.from({ length: 500 }, (_, index) => attempt(`each[${index}]`, "failed"));
    expect(attemptsToShow(many)).toHaveLength(20);
  });
});
