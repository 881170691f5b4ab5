import { createInterface } from "node:readline/promises";

/** Asks a person before much is done at once. Where nobody sits at a terminal, and with `--yes`, nothing is asked. */
export async function confirm(question: string, { yes = false }: { readonly yes?: boolean }): Promise<boolean> {
  if (yes || process.stdin.isTTY !== true || process.stderr.isTTY !== true) return true;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
  } finally {
    prompt.close();
  }
}
