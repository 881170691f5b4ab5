import type { BuiltCatalog } from "../core/authoring/catalog-build.ts";
import type { Output } from "./frame/output.ts";

/** Warnings and errors of a project, for people; in JSON they are part of the result. */
export function reportFindings({ errors, warnings }: Pick<BuiltCatalog, "errors" | "warnings">, output: Output): void {
  for (const { code, text, where, hint } of warnings) output.finding("warning", { code, message: text, where, hint });
  for (const error of errors) output.finding("error", error);
}
