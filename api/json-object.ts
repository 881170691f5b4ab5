import { z } from "zod";
import type { JsonObject } from "../core/json.ts";

/** A JSON object of any content. */
export const jsonObject = z.record(z.string(), z.json()) as unknown as z.ZodType<JsonObject>;
