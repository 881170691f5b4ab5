import { expect, it } from "vitest";
import { ERROR_CODES } from "../../core/error-codes.ts";
import { createApiWorld } from "./api-world.ts";

interface Described {
  readonly openapi: string;
  readonly paths: Record<
    string,
    Record<string, { summary?: string; tags?: string[]; responses: Record<string, unknown>; parameters?: { name: string; in: string }[] }>
  >;
  readonly components: { readonly schemas: Record<string, unknown> };
}

async function describedApi(): Promise<Described> {
  await using world = await createApiWorld({ tokens: { boss: "admin" } });
  return (await (await fetch(`${world.url}/v1/openapi.json`)).json()) as Described;
}

it("is OpenAPI 3.1, open to anybody, and has nothing that points nowhere", async () => {
  const document = await describedApi();
  expect(document.openapi).toBe("3.1.0");
  const refs = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name ?? "");
  expect(refs).toContain("Problem");
  expect(refs.filter((name) => !(name in document.components.schemas))).toEqual([]);
});

it("says of each operation what it does, where it belongs, and how it fails; and declares what stands in its path", async () => {
  const { paths } = await describedApi();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { summary, tags, responses, parameters = [] }] of Object.entries(methods)) {
      const name = `${method} ${path}`;
      expect(summary, name).toBeTruthy();
      expect(tags, name).toHaveLength(1);
      expect(Object.keys(responses), name).toContain("default");
      const declared = parameters.filter((one) => one.in === "path").map((one) => one.name);
      expect(declared, name).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, part]) => part));
    }
  }
});

it("names codes of ours only", async () => {
  const codes = [...JSON.stringify(await describedApi()).matchAll(/E_[A-Z_]+/g)].map(([code]) => code);
  expect(codes.filter((code) => !(code in ERROR_CODES))).toEqual([]);
});
