import { z } from "@hono/zod-openapi";
import { instant } from "./fields.ts";

/** Since when something is held, and by whom. */
export const Stopped = z.object({ since: instant, by: z.string().nullable() }).openapi("Stopped");
