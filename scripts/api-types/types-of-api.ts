import { createApp } from "../../api/app.ts";
import type { ApiDeps } from "../../api/deps.ts";
import { describeApi } from "../../api/frame/document.ts";
import { type Described, documentTypes } from "./document-types.ts";

/** Once for the client of the API, and once for the web UI, which imports nothing of ours. */
export const TYPE_FILES: readonly URL[] = ["../../client/http/schema.gen.ts", "../../ui/src/api/schema.gen.ts"].map((path) => new URL(path, import.meta.url));

/** The types of the API as it is described now. Describing calls no handler, so the app stands on nothing that answers. */
export function typesOfApi(): string {
  return documentTypes(describeApi(createApp({ tokens: [], store: { access: {} } } as unknown as ApiDeps)) as Described);
}
