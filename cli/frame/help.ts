import type { Command, Help } from "commander";
import { createPaint } from "../text/paint.ts";

const examples = new WeakMap<Command, readonly Example[]>();

/** A call as somebody would type it, and what it is for. */
export type Example = readonly [call: string, purpose: string];

/** Examples stand first in a command's help: most people came for one of them. */
export function withExamples(command: Command, list: readonly Example[]): Command {
  examples.set(command, list);
  return command;
}

/** The layout of `--help`. Commander takes the colours out again where they do not belong. */
export const HELP_LAYOUT = { formatHelp, subcommandTerm };

function formatHelp(command: Command, helper: Help): string {
  const { bold, cyan, dim } = createPaint("always", process.stdout);
  const width = helper.helpWidth ?? 80;
  const termWidth = helper.padWidth(command, helper);
  const items = (list: readonly (readonly [term: string, description: string])[]): string[] =>
    list.map(([term, description]) => helper.formatItem(cyan(term), termWidth, description, helper));

  const sections: [title: string, lines: string[]][] = [
    ["Examples", (examples.get(command) ?? []).flatMap(([call, purpose]) => [`  ${call}`, dim(`      ${purpose}`)])],
    ["Usage", [`  ${helper.commandUsage(command)}`]],
    ["Arguments", items(helper.visibleArguments(command).map((argument) => [helper.argumentTerm(argument), helper.argumentDescription(argument)]))],
  ];
  for (const [group, commands] of helper.groupItems([...command.commands], helper.visibleCommands(command), (one) => one.helpGroup() || "Commands")) {
    sections.push([group, items(commands.map((one) => [helper.subcommandTerm(one), helper.subcommandDescription(one)]))]);
  }
  for (const [group, options] of helper.groupItems([...command.options], helper.visibleOptions(command), (one) => one.helpGroupHeading ?? "Options")) {
    sections.push([group, items(options.map((one) => [helper.optionTerm(one), helper.optionDescription(one)]))]);
  }
  return [
    helper.boxWrap(helper.commandDescription(command), width),
    ...sections.filter(([, lines]) => lines.length > 0).map(([title, lines]) => `${bold(title)}\n${lines.join("\n")}`),
    "",
  ]
    .join("\n\n")
    .trimEnd()
    .concat("\n");
}

/** `publish <asset>`: that it has options is no news. */
function subcommandTerm(command: Command): string {
  const own =
    command.commands.length === 0
      ? command.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}${one.variadic ? "..." : ""}]`))
      : [command.commands.map((one) => one.name()).join("|")];
  return [command.name(), ...own].join(" ");
}
