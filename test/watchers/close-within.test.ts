import { expect, it } from "vitest";
import { closeWithin } from "../../watchers/close-within.ts";

it.each([
  { what: "closes at once", closing: () => Promise.resolve(), within: 10_000, atMost: 1_000 },
  { what: "fails to close", closing: () => Promise.reject(new Error("it is gone")), within: 10_000, atMost: 1_000 },
  { what: "never closes", closing: () => new Promise(() => undefined), within: 50, atMost: 5_000 },
])("ends for a client that $what", async ({ closing, within, atMost }) => {
  const began = performance.now();
  await closeWithin(within, closing());
  expect(performance.now() - began).toBeLessThan(atMost);
});
