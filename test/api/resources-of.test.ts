import { expect, it } from "vitest";
import type { ApiDeps } from "../../api/deps.ts";
import { describeApi } from "../../api/frame/document.ts";
import { createLocalApp } from "../../api/local-app.ts";
import { RESOURCES } from "../../api/resources.ts";
import { resourcesOf, SEGMENTS } from "../../api/resources-of.ts";

const DEPS = { tokens: [], store: { access: {} }, local: { caller: { name: "ada", kind: "local", scopes: [] }, unrecorded: () => undefined } };

function pathsOf(resources: Parameters<typeof createLocalApp>[1], segment: string): readonly string[] {
  const { paths = {} } = describeApi(createLocalApp(DEPS as unknown as ApiDeps & Parameters<typeof createLocalApp>[0], resources));
  const below = Object.entries(paths).filter(([path]) => path === `/v1/${segment}` || path.startsWith(`/v1/${segment}/`));
  return below.flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`)).sort();
}

it.each(SEGMENTS)("a command that asks for /v1/%s finds every route that is there", async (segment) => {
  expect(pathsOf(await resourcesOf(segment), segment)).toEqual(pathsOf(RESOURCES, segment));
  expect(pathsOf(RESOURCES, segment)).not.toEqual([]);
});

it("a command that asks for anything else finds all of it", async () => {
  expect(await resourcesOf("lineage")).toBe(RESOURCES);
});
