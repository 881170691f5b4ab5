import type { Command } from "commander";
import type { Plan } from "../core/plan.ts";
import { act } from "./frame/command.ts";
import { EXIT } from "./frame/exit-codes.ts";
import { withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import type { Output } from "./frame/output.ts";
import { errorData } from "./frame/report-error.ts";
import { loadProject, type Project } from "./project.ts";
import { reportFindings } from "./report-findings.ts";
import { conditionText } from "./text/condition-text.ts";
import { count } from "./text/count-text.ts";
import { renderTable } from "./text/table.ts";

/** `headgate check [files...]`: everything that can be known without a server. */
export function addCheck(program: Command): void {
  const command = program
    .command("check")
    .argument("[files...]", "DAG files; without them, those of the project")
    .summary("find what is wrong with the DAG files")
    .description("Loads the DAG files and reports everything that is wrong with them. Needs no server.")
    .helpGroup("Write");
  command.option("--schema", "print the JSON Schema of assets.yaml and watchers.yaml, for editors");
  withSettings(withOutput(command), ["project"]);
  withExamples(command, [
    ["headgate check", "all DAG files of the project; exit code 2 if something is wrong"],
    ["headgate check dags/orders.dag.ts", "one file"],
    ["headgate check --json", "for CI"],
  ]);
  act<{ readonly schema?: boolean }, [string[]]>(command, async ({ config, options, output }, files) => {
    if (options.schema === true) {
      const { definitionsSchema } = await import("../runtime/definition-files/forms.ts");
      output.result(definitionsSchema(), () => JSON.stringify(definitionsSchema(), null, 2));
      return EXIT.ok;
    }
    const project = await loadProject(await config(), files.length === 0 ? undefined : files);
    reportFindings(project, output);
    output.result(checkData(project), () => checkText(project, output));
    return project.errors.length === 0 ? EXIT.ok : EXIT.usage;
  });
}

function checkData({ catalog, errors, files, warnings }: Project): object {
  return {
    ok: errors.length === 0,
    project: catalog.project,
    hash: catalog.hash,
    files: files.map((file) => file.path),
    dags: catalog.dags.map(({ hash, plan }) => ({ id: plan.dag, hash, on: plan.on, tasks: plan.tasks.map((task) => task.id), outlets: outletsOf(plan) })),
    assets: catalog.assets.map((asset) => asset.uri),
    watchers: catalog.watchers,
    errors: errors.map(errorData),
    warnings,
  };
}

function checkText({ catalog, errors, files, warnings }: Project, { paint, width }: Output): string {
  const dags = renderTable<Plan>(
    [
      { title: "DAG", value: (plan) => plan.dag, paint: paint.bold },
      { title: "RUNS ON", value: (plan) => conditionText(plan.on), cut: "end" },
      { title: "TASKS", value: (plan) => plan.tasks.length, align: "right" },
      { title: "OUTLETS", value: (plan) => outletsOf(plan).join(", "), cut: "end" },
    ],
    catalog.dags.map(({ plan }) => plan),
    { width, paintTitle: paint.dim },
  );
  const contents = [
    count(files.length, "file"),
    count(catalog.assets.length, "asset"),
    count(catalog.dags.length, "DAG"),
    count(catalog.watchers.length, "watcher"),
  ];
  const verdict = errors.length === 0 ? paint.green("no errors") : paint.red(count(errors.length, "error"));
  const summary = `${contents.join(", ")}: ${verdict}${warnings.length === 0 ? "" : `, ${paint.yellow(count(warnings.length, "warning"))}`}`;
  return catalog.dags.length === 0 ? summary : `${dags}\n\n${summary}`;
}

function outletsOf(plan: Plan): string[] {
  return [...new Set([...plan.tasks.flatMap((task) => task.outlets), ...plan.outlets].map((outlet) => outlet.asset))];
}
