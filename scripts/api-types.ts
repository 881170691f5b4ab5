import { writeFileSync } from "node:fs";
import { TYPE_FILES, typesOfApi } from "./api-types/types-of-api.ts";

/** `npm run api:types`: writes the types of the API. */
const text = typesOfApi();
for (const file of TYPE_FILES) writeFileSync(file, text);
