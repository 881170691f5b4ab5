import type { Paint } from "./paint.ts";
import { textWidth } from "./text-width.ts";

/** One thing field by field, the names aligned; fields without a value are left out. */
export function renderDetails(fields: readonly (readonly [name: string, value: string | number | null | undefined])[], paint: Paint): string {
  const shown = fields.filter(([, value]) => value !== undefined && value !== null && value !== "");
  const widest = Math.max(0, ...shown.map(([name]) => textWidth(name)));
  return shown
    .map(([name, value]) => `${paint.dim(name)}${" ".repeat(widest - textWidth(name))}  ${String(value).replaceAll("\n", `\n${" ".repeat(widest + 2)}`)}`)
    .join("\n");
}

/** Blocks with a title each; empty ones are left out. */
export function renderSections(head: string, sections: readonly (readonly [title: string, body: string])[], paint: Paint): string {
  return [head, ...sections.filter(([, body]) => body !== "").map(([title, body]) => `${paint.bold(title)}\n${body.replace(/^(?=.)/gm, "  ")}`)].join("\n\n");
}
