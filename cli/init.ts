import { relative } from "node:path";
import { type Command, Option } from "commander";
import { act } from "./frame/command.ts";
import { EXIT } from "./frame/exit-codes.ts";
import { withOutput } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { createProject, TEMPLATE_NAMES, type TemplateName } from "./init/new-project.ts";
import { count } from "./text/count-text.ts";

/** `headgate init <folder>`: a project that runs, tests and deploys. */
export function addInit(program: Command): void {
  const command = program
    .command("init")
    .argument("<folder>", "of the new project; its last part is the project's name")
    .summary("begin a project in a new folder")
    .description("Writes a small project that runs, tests and deploys. Needs no server and installs nothing.")
    .helpGroup("Write")
    .addOption(
      new Option("--template <name>", "what it does with the files that arrive: adds them up, or loads them into Postgres")
        .choices(TEMPLATE_NAMES)
        .default("files"),
    )
    .option("--package <spec>", "where npm finds Headgate: a version, or the path of a packed one (default: this version)");
  withOutput(command);
  withExamples(command, [
    ["headgate init my-project", "then: cd my-project && npm install, npx headgate dev"],
    ["headgate init my-project --template sql", "with a task of SQL; `headgate dev` brings the Postgres"],
    ["headgate init .", "in this folder, if it is empty"],
    ["headgate init my-project --package ./headgate-0.1.0.tgz", "with what `npm pack` made"],
  ]);
  act<{ readonly template: TemplateName; readonly package?: string }, [string]>(command, async ({ options, output }, folder) => {
    const project = createProject(folder, options.template, options.package);
    const path = relative(process.cwd(), project.folder);
    const shown = /\s/.test(path) ? JSON.stringify(path) : path;
    const next = [path === "" ? "npm install" : `cd ${shown} && npm install`, "npx headgate dev"];
    output.result({ ...project, next }, () =>
      [`${output.paint.bold(project.name)}: ${count(project.files.length, "file")} in ${project.folder}`, "", ...next.map((line) => `  ${line}`)].join("\n"),
    );
    return EXIT.ok;
  });
}
