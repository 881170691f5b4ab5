import { fileURLToPath } from "node:url";

/** The workflows of an earlier commit, bundled and packed: written by `npm run former`. */
export const FORMER_WORKFLOWS: string = fileURLToPath(new URL("workflows.cjs.gz", import.meta.url));

/** Which commit that was: its hash, its day and what it did. */
export const FORMER_COMMIT: string = fileURLToPath(new URL("commit.txt", import.meta.url));
