import { expect, it } from "vitest";
import { RECIPES } from "../../scripts/servers/recipes.ts";
import { describeWithServer } from "../support/servers.ts";

for (const recipe of RECIPES) {
  await describeWithServer(`${recipe.title} as a test server`, recipe, (server) => {
    it("listens on loopback only", () => {
      expect(new URL(server().url).hostname).toBe("127.0.0.1");
    });

    it("comes back on the same address after a kill -9, and ends when it is told to", { timeout: 120_000 }, async () => {
      const { url, pid } = server();
      await server().kill();
      expect(server().pid).toBeUndefined();
      await server().start();
      expect(server().url).toBe(url);
      expect(server().pid).not.toBe(pid);
      await server().stop();
      expect(server().pid).toBeUndefined();
      await server().start();
    });
  });
}

it("knows each server by a name of its own", () => {
  const names = RECIPES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[a-z0-9-]+$/.test(name))).toEqual([]);
});
