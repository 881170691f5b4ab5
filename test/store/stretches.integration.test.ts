import { expect, it } from "vitest";
import { DAY, DAY_ONE, event } from "./facts.ts";
import { createStoreWorld } from "./store-world.ts";

const EVENTS = [event(3, { data: { text: "a zero \u0000 and half a pair \ud800" } }), event(1), event(2)];

it("gives pending events back as they were kept, in their order, and keeps the first that was given", async () => {
  await using world = await createStoreWorld();
  const { stretches } = world.store;
  await stretches.keep("e1-life-1", EVENTS);
  await stretches.keep("e1-life-1", []);
  expect(await stretches.read("e1-life-1")).toEqual(EVENTS);
  expect(await stretches.read("e1-life-2")).toBeUndefined();
});

it("forgets what was let go of after a week, and what is still pending never", async () => {
  let now = DAY_ONE;
  await using world = await createStoreWorld({ now: () => now });
  const { stretches } = world.store;
  for (const name of ["kept", "released"]) await stretches.keep(name, EVENTS);
  await stretches.release(["released", "nobody"]);
  now = DAY_ONE + 6 * DAY;
  await stretches.release(["released"]);
  await world.store.retain();
  expect(await stretches.read("released")).toEqual(EVENTS);
  now = DAY_ONE + 400 * DAY;
  await world.store.retain();
  expect(await stretches.read("released")).toBeUndefined();
  expect(await stretches.read("kept")).toEqual(EVENTS);
});
