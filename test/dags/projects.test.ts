import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { buildCatalog } from "../../core/authoring/catalog-build.ts";
import { loadConfig } from "../../runtime/config.ts";
import { definitionsBelow } from "./definitions-below.ts";

const DAGS = fileURLToPath(new URL("../../dags", import.meta.url));

/** Every folder of dags/ that is a project of its own. */
const projects = readdirSync(DAGS, { recursive: true })
  .map(String)
  .filter((path) => path.endsWith("headgate.config.ts") && existsSync(join(DAGS, path)))
  .map((path) => dirname(path).replaceAll("\\", "/"));

it.each(projects)("dags/%s deploys as it stands, without an error or a warning", async (folder) => {
  const { root, settings } = await loadConfig({ cwd: join(DAGS, folder), env: {} });
  expect(root).toBe(join(DAGS, folder));
  const { catalog, errors, warnings } = buildCatalog(settings.project, await definitionsBelow(root, settings.dags), { taskQueue: "q" });
  expect([...errors, ...warnings]).toEqual([]);
  expect(catalog.dags.length).toBeGreaterThan(0);
});

it("npm start has the lake alone", async () => {
  const { settings } = await loadConfig({ cwd: join(DAGS, ".."), env: {} });
  expect(settings.dags).toEqual(["dags/lake/**/*.ts"]);
});
