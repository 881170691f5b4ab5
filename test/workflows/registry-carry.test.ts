import { expect, it } from "vitest";
import { RECONCILING } from "../../workflows/registry-carry.ts";

it("by its defaults a registry asks about a silent run early enough for a slot to be free within two minutes, whatever the server needs", () => {
  expect(RECONCILING.silentAfter + RECONCILING.lookEvery).toBeLessThanOrEqual(90_000);
});
