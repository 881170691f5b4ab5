import { expect, it } from "vitest";
import { createSettling } from "../../../watchers/files/settling.ts";

const file = (changes: { readonly path?: string; readonly size?: number; readonly mtimeMs?: number; readonly ctimeMs?: number } = {}) => ({
  path: "a.csv",
  size: 10,
  mtimeMs: 1_000,
  ctimeMs: 1_000,
  ...changes,
});

it("takes a file as complete at the second equal look, once the time is over", () => {
  const settling = createSettling(200);
  expect(settling.observe(file(), { monotonic: 0 })).toBe(false);
  expect(settling.observe(file(), { monotonic: 199 })).toBe(false);
  expect(settling.observe(file(), { monotonic: 200 })).toBe(true);
});

it("begins anew when the file grew", () => {
  const settling = createSettling(200);
  settling.observe(file(), { monotonic: 0 });
  expect(settling.observe(file({ size: 20 }), { monotonic: 200 })).toBe(false);
  expect(settling.observe(file({ size: 20 }), { monotonic: 300 })).toBe(false);
  expect(settling.observe(file({ size: 20 }), { monotonic: 400 })).toBe(true);
});

it("sees an overwrite of the same size by its time", () => {
  const settling = createSettling(200);
  settling.observe(file(), { monotonic: 0 });
  expect(settling.observe(file({ mtimeMs: 1_000.5 }), { monotonic: 200 })).toBe(false);
});

it("takes a file that was moved into place as complete at first sight", () => {
  expect(createSettling(200).observe(file({ mtimeMs: 1_000, ctimeMs: 90_000 }), { monotonic: 0 })).toBe(true);
  expect(createSettling(200).observe(file(), { monotonic: 0, renamed: true })).toBe(true);
});

it("does not wait if it need not settle", () => {
  expect(createSettling(0).observe(file(), { monotonic: 0 })).toBe(true);
});

it("says what is due, and when the next is", () => {
  const settling = createSettling(200);
  expect(settling.nextDue()).toBe(Number.POSITIVE_INFINITY);
  settling.observe(file({ path: "a" }), { monotonic: 0 });
  settling.observe(file({ path: "b" }), { monotonic: 50 });
  settling.observe(file({ path: "a", size: 11 }), { monotonic: 100 });
  expect(settling.nextDue()).toBe(250);
  expect(settling.due(260)).toEqual(["b"]);
  settling.forget("b");
  expect(settling.due(300)).toEqual(["a"]);
});
