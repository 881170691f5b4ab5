import { watch } from "headgate";
import { files } from "headgate/watchers/files";
import { landing } from "./assets.ts";

/** Publishes each complete file of the landing folder once. */
export const landingFiles = watch("landing-files", files({ path: "lake/landing/{ds}", pattern: "**/*.jsonl" }), { publishes: landing, every: "1s", startAt: "beginning" });
