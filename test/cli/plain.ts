import type { Output } from "../../cli/frame/output.ts";
import { createPaint } from "../../cli/text/paint.ts";

/** Where texts are rendered for tests: no colours, a wide screen, and a clock that stands. */
export const NOW = Date.UTC(2026, 10, 23, 12);
export const plain: Pick<Output, "now" | "paint" | "width"> = { now: NOW, paint: createPaint("never", process.stdout), width: Number.POSITIVE_INFINITY };
