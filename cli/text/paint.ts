import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];
const STYLES = {
  bold: "bold",
  dim: "dim",
  red: "red",
  green: "green",
  yellow: "yellow",
  blue: "blue",
  magenta: "magenta",
  cyan: "cyan",
} as const satisfies Record<string, Style>;

/** Colours a text, or leaves it alone where there is no colour. */
export type Paint = { readonly [Name in keyof typeof STYLES]: (text: string) => string };
export type ColorChoice = "auto" | "always" | "never";

/** `auto` looks at NO_COLOR, FORCE_COLOR, TERM and whether the stream is a terminal. */
export function createPaint(choice: ColorChoice, stream: NodeJS.WriteStream): Paint {
  const colored = choice === "always" || (choice === "auto" && hasColor(stream));
  return Object.fromEntries(
    Object.entries(STYLES).map(([name, style]) => [
      name,
      (text: string) => (colored && text !== "" ? styleText(style, text, { validateStream: false }) : text),
    ]),
  ) as Paint;
}

/** Node reads the environment for us: a style that leaves the text alone is one that the stream shall not get. */
function hasColor(stream: NodeJS.WriteStream): boolean {
  return styleText("bold", "x", { stream, validateStream: true }) !== "x";
}
