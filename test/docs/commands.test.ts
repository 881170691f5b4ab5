import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../cli/program.ts";
import { pages, readPage } from "./markdown.ts";

// Every call of the command line in the pages' blocks for a shell, and every `headgate <verb>` in their text.

interface Call {
  readonly page: string;
  readonly call: string;
}

const calls: readonly Call[] = pages().flatMap((page) =>
  [...readPage(page).matchAll(/^```(?:sh|console)\n([\s\S]*?)^```$/gm)]
    .flatMap(([, block = ""]) => block.replaceAll("\\\n", " ").split("\n"))
    .flatMap((line) => [...line.matchAll(/(?:^|\$ |&& |; |\| )(?:npx |npm run )?headgate (?!dev\.)(?:-- )?([a-z][^#|>;&]*)/g)])
    .map(([, call = ""]) => ({ page, call: call.trim() })),
);

const verbs: readonly Call[] = pages().flatMap((page) => [
  ...new Map([...readPage(page).matchAll(/`(?:npx )?headgate ([a-z][a-z-]+)[ `]/g)].map(([, call = ""]) => [call, { page, call }])).values(),
]);

// Outside of any test's time: it loads all that the command line is made of.
const program = await createProgram([]);

/** The command that the words name, to its end. */
function commandOf(words: readonly string[], from: Command = program): Command | undefined {
  const next = from.commands.find((command) => command.name() === words[0]);
  return next === undefined || next.commands.length === 0 ? next : commandOf(words.slice(1), next);
}

describe("the pages call the command line as it is", () => {
  it("there are many calls", () => {
    expect(calls.length).toBeGreaterThan(30);
  });

  it.each(calls)("$page: headgate $call", ({ call }) => {
    // Quoted values are no flags.
    const words = call.replace(/'[^']*'|"[^"]*"/g, "value").split(/\s+/);
    const command = commandOf(words);
    expect(command, "there is such a command").toBeDefined();
    const known = command?.options.flatMap(({ long, short }) => [long, short]) ?? [];
    for (const word of words.filter((one) => /^--?[a-z]/.test(one))) expect(known).toContain(word.split("=")[0]);
  });

  it.each(verbs)("$page: `headgate $call`", ({ call }) => {
    expect(program.commands.map((command) => command.name())).toContain(call);
  });
});
