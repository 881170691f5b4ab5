import { versionOfPackage } from "../../runtime/package-version.ts";
import { Problem } from "./problem.ts";
import type { Router } from "./router.ts";

type Document = ReturnType<Router["getOpenAPI31Document"]>;

/** The OpenAPI 3.1 document of an app's routes. */
export function describeApi(app: Router): Document {
  app.openAPIRegistry.register("Problem", Problem);
  app.openAPIRegistry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Headgate",
      version: versionOfPackage(),
      description:
        "Instants are ISO 8601 in UTC. Identities in a path are one percent-encoded segment. Lists are turned over by `cursor`, and show 50 items unless `limit` says otherwise.",
    },
    security: [{ token: [] }],
  });
  for (const operation of operationsOf(document)) {
    operation.responses.default = {
      description: "What went wrong.",
      content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
    };
  }
  return document;
}

function operationsOf(document: Document): { responses: Record<string, unknown> }[] {
  return Object.values(document.paths ?? {}).flatMap((path) =>
    [path.get, path.post, path.put, path.delete].flatMap((operation) => (operation?.responses === undefined ? [] : [{ responses: operation.responses }])),
  );
}
