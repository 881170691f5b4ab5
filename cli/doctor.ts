import type { Command } from "commander";
import { versionOfPackage } from "../runtime/package-version.ts";
import type { SettingRow } from "../runtime/settings.ts";
import { type CheckUp, checkUp } from "./doctor-checks.ts";
import { act } from "./frame/command.ts";
import { EXIT } from "./frame/exit-codes.ts";
import { SERVER_SETTINGS, STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import type { Output } from "./frame/output.ts";
import { count } from "./text/count-text.ts";
import { renderTable } from "./text/table.ts";
import { oneLine, textWidth } from "./text/text-width.ts";

/** `headgate doctor`: is everything there that a run needs? */
export function addDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .summary("look at everything that a run needs")
    .description("Looks at everything that a run needs: versions, servers, registry, connections, settings.")
    .helpGroup("Look");
  withSettings(withOutput(command), ["project", ...SERVER_SETTINGS, ...STORE_SETTINGS]);
  withExamples(command, [["headgate doctor", "exit code 1 if something is wrong"]]);
  act(command, async ({ config, output, servers }) => {
    const loaded = await config();
    const checks = await checkUp(loaded, await servers(), output.now);
    const problems = checks.filter(({ status }) => status === "problem").length;
    output.result({ ok: problems === 0, version: versionOfPackage(), checks, settings: loaded.rows, file: loaded.file ?? null }, () =>
      doctorText(checks, loaded.rows, loaded.file, output),
    );
    return problems === 0 ? EXIT.ok : EXIT.failure;
  });
}

export function doctorText(
  checks: readonly CheckUp[],
  settings: readonly SettingRow[],
  file: string | undefined,
  { paint, width }: Pick<Output, "paint" | "width">,
): string {
  const words = { ok: paint.green("ok     "), warning: paint.yellow("warning"), problem: paint.red("problem") } as const;
  const widest = Math.max(...checks.map(({ name }) => textWidth(name)));
  const lines = checks.flatMap(({ code, found, hint, name, status }) => {
    const indent = " ".repeat(9 + widest + 2);
    const head = `${words[status]}  ${paint.bold(name)}${" ".repeat(widest - textWidth(name))}  ${code === undefined ? "" : `${code}: `}${oneLine(found)}`;
    return hint === undefined ? [head] : [head, ...hint.split("\n").map((line, at) => `${indent}${at === 0 ? paint.dim("fix: ") : "     "}${line}`)];
  });
  const table = renderTable<SettingRow>(
    [
      { title: "SETTING", value: ({ name }) => name },
      { title: "VALUE", value: ({ value }) => value, cut: "middle" },
      { title: "FROM", value: ({ from }) => from, paint: (text, { origin }) => (origin === "default" ? paint.dim(text) : text) },
      { title: "MEANING", value: ({ meaning }) => meaning, cut: "end", paint: paint.dim },
    ],
    settings,
    { width, paintTitle: paint.dim },
  );
  const of = (status: CheckUp["status"]): number => checks.filter((check) => check.status === status).length;
  const verdict = of("problem") === 0 ? paint.green("no problems") : paint.red(count(of("problem"), "problem"));
  return [
    `headgate ${versionOfPackage()}`,
    "",
    ...lines,
    "",
    table,
    paint.dim(file === undefined ? "there is no config file" : `config file ${file}`),
    "",
    `${verdict}${of("warning") === 0 ? "" : `, ${paint.yellow(count(of("warning"), "warning"))}`}`,
  ].join("\n");
}
