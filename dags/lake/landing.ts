import { watch } from "headgate";
import { files } from "headgate/watchers/files";
import { s3 } from "headgate/watchers/s3";
import { landing } from "./assets.ts";
import { inBucket } from "./place.ts";

const pattern = "**/*.jsonl";

/** Publishes each complete file of the landing folder, or of the bucket, once. */
export const landingFiles = watch("landing-files", inBucket ? s3({ connection: "lake", pattern }) : files({ path: "lake/landing/{ds}", pattern }), {
  publishes: landing,
  every: "1s",
  startAt: "beginning",
});
