import { expect, it } from "vitest";
import type { WatcherHealth } from "../../core/watcher-protocol.ts";
import { createHealthKeeper } from "../../watchers/session-health.ts";

function keep() {
  let now = 0;
  const said: WatcherHealth[] = [];
  const health = createHealthKeeper(
    (news) => void said.push(news),
    () => now,
  );
  const look = (seconds: number, published = 0): void => {
    now += seconds * 1_000;
    health.note({ published: health.current().published + published });
    health.running();
  };
  return { health, said, look };
}

it("measures events a second over half a minute or more", () => {
  const { health, look } = keep();
  look(10, 60);
  expect(health.current().throughput).toBeUndefined();
  look(20, 60);
  expect(health.current().throughput).toBe(4);
  look(60, 60);
  expect(health.current().throughput).toBe(1);
});

it("says once more that a source has gone quiet", () => {
  const { said, look } = keep();
  look(30, 30);
  look(30);
  look(30);
  look(30);
  expect(said.map(({ throughput }) => throughput)).toEqual([1, 0]);
});

it("says when it tries again, until it runs", () => {
  const { health, said, look } = keep();
  look(1);
  health.trouble("backing-off", "the disk is away", "E_SOURCE", 5_000);
  expect(said.at(-1)).toMatchObject({ status: "backing-off", backoffUntil: 5_000 });
  look(1);
  expect(said.at(-1)).not.toHaveProperty("backoffUntil");
});
