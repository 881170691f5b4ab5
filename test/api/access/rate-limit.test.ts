import { expect, it } from "vitest";
import { createRateLimit } from "../../../api/access/rate-limit.ts";

it("lets a burst through, then as many as time allows, for each key by itself", () => {
  let now = 0;
  const limit = createRateLimit({ burst: 3, perSecond: 2 }, () => now);
  const take = (key = "a") => limit.take(key);
  expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 500]);
  expect(take("b")).toBe(0);
  now = 499;
  expect(take()).toBe(1);
  now = 500;
  expect([take(), take()]).toEqual([0, 500]);
  now = 60_000;
  expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 500]);
});

it("remembers as many keys as it can hold, and those longest that are nearest to their limit", () => {
  const limit = createRateLimit({ burst: 2, perSecond: 1 }, () => 0);
  expect([limit.take("hot"), limit.take("hot"), limit.take("hot")]).toEqual([0, 0, 1_000]);
  for (let key = 0; key < 60_000; key += 1) limit.take(`cold ${key}`);
  expect(limit.take("hot")).toBe(1_000);
});
