import { type Command, Option } from "commander";
import { SETTINGS, type SettingName } from "../../runtime/settings.ts";
import type { ColorChoice } from "../text/paint.ts";
import { FORMATS, type Format } from "./output.ts";

/** What reaches the servers. */
export const SERVER_SETTINGS = ["environment", "temporalAddress", "temporalNamespace"] as const satisfies readonly SettingName[];
export const STORE_SETTINGS = ["databaseUrl"] as const satisfies readonly SettingName[];

/** Where the API is that a command calls: elsewhere, or here over these servers. */
export const API_SETTINGS = ["apiUrl", ...SERVER_SETTINGS, ...STORE_SETTINGS] as const satisfies readonly SettingName[];

const PLACEHOLDERS: Partial<Record<SettingName, string>> = {
  project: "<name>",
  environment: "<name>",
  apiUrl: "<url>",
  temporalAddress: "<host:port>",
  temporalNamespace: "<name>",
  databaseUrl: "<uri>",
  stateDir: "<folder>",
  temporalPort: "<port>",
  uiPort: "<port>",
  postgresPort: "<port>",
  apiPort: "<port>",
  metricsPort: "<port>",
  metricsHost: "<address>",
  logLevel: "<level>",
};

/** Adds a flag for each setting, and `--config`. They have no defaults here: those come last, after environment and file. */
export function withSettings(command: Command, names: readonly SettingName[]): Command {
  for (const name of names) {
    const { flag, meaning, env } = SETTINGS[name] as { readonly flag?: string; readonly meaning: string; readonly env?: readonly string[] };
    if (flag === undefined) throw new TypeError(`the setting ${name} has no flag`);
    const option = new Option(`--${flag} ${PLACEHOLDERS[name] ?? "<value>"}`, `${meaning}${env === undefined ? "" : ` (${env[0]})`}`);
    command.addOption(option.helpGroup("Settings"));
  }
  return command.addOption(new Option("--config <file>", "config file, in place of headgate.config.ts").helpGroup("Settings"));
}

/** Adds `-o`, `--json` and `--color`. `more` are further formats that a command writes as its text. */
export function withOutput(command: Command, more: readonly string[] = []): Command {
  return command
    .addOption(new Option("-o, --output <format>", "how the result is written").choices([...FORMATS, ...more]).helpGroup("Output"))
    .addOption(new Option("--json", "the same as --output json").helpGroup("Output"))
    .addOption(new Option("--color <when>", "colours in text").choices(["auto", "always", "never"]).helpGroup("Output"));
}

/** Given flags by their name without dashes, as settings are looked up by. */
export function flagsOf(command: Command): Readonly<Record<string, unknown>> {
  const values = command.opts();
  return Object.fromEntries(command.options.map((option) => [option.name(), values[option.attributeName()]]));
}

export function outputChoices(values: { readonly output?: string; readonly json?: boolean; readonly color?: ColorChoice }): {
  format: Format;
  color: ColorChoice;
} {
  const format = FORMATS.find((one) => one === values.output) ?? "text";
  return { format: values.json === true ? "json" : format, color: values.color ?? "auto" };
}

/** The same from the bare arguments, for errors that come before they are parsed. */
export function guessOutputChoices(args: readonly string[]): { format: Format; color: ColorChoice } {
  const givenTo = (...names: string[]): string | undefined =>
    args
      .flatMap((arg, at) =>
        names.includes(arg) ? [args[at + 1]] : names.filter((name) => arg.startsWith(`${name}=`)).map((name) => arg.slice(name.length + 1)),
      )
      .at(-1);
  const format = args.includes("--json") ? "json" : FORMATS.find((one) => one === givenTo("-o", "--output") || args.includes(`-o${one}`));
  const color = givenTo("--color");
  return { format: format ?? "text", color: color === "always" || color === "never" ? color : "auto" };
}
