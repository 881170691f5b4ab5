import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

/** Beside the document, so that whoever gets the pages gets it as well. */
export const NOTICES = "third-party-notices.txt";
/** What Vite writes of the scripts; it goes into the notices. */
export const SCRIPT_LICENSES = "licenses.json";

interface Licensed {
  readonly name: string;
  readonly version: string;
  readonly identifier?: string;
  readonly text?: string;
}

/** Writes the licences of all that is shipped with the pages: of the scripts, as Vite found them, and of styles and fonts, which it does not see. */
export function thirdPartyNotices(folder: string, styles: readonly string[]): Plugin {
  return {
    name: "headgate:third-party-notices",
    apply: "build",
    closeBundle() {
      const scripts = JSON.parse(readFileSync(join(folder, SCRIPT_LICENSES), "utf8")) as readonly Licensed[];
      const all = new Map([...scripts, ...styles.map(licenseOf)].map((one) => [one.name, one]));
      const parts = [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(noticeOf);
      writeFileSync(join(folder, NOTICES), [HEAD, ...parts].join(RULE));
      rmSync(join(folder, SCRIPT_LICENSES));
    },
  };
}

const HEAD = "The web UI of Headgate contains the following software. Their authors and their licences:\n";
const RULE = `\n${"-".repeat(100)}\n\n`;

function noticeOf({ name, version, identifier = "", text = "" }: Licensed): string {
  // A notice that says nothing would be worse than none: it would look as if all were said.
  if (identifier === "" && text === "") throw new Error(`${name} ${version} names no licence: say in ui/third-party-notices.ts under which it is shipped`);
  return [`${name} ${version}${identifier === "" ? "" : ` (${identifier})`}`, `https://www.npmjs.com/package/${name}/v/${version}`, "", text]
    .join("\n")
    .trimEnd()
    .concat("\n");
}

function licenseOf(name: string): Licensed {
  const file = createRequire(import.meta.url).resolve(`${name}/package.json`);
  const { version, license } = JSON.parse(readFileSync(file, "utf8")) as { readonly version: string; readonly license?: string };
  const text = readdirSync(dirname(file)).find((one) => /^(?:licen[cs]e|copying)/i.test(one));
  return {
    name,
    version,
    ...(license === undefined ? {} : { identifier: license }),
    ...(text === undefined ? {} : { text: readFileSync(join(dirname(file), text), "utf8").trim() }),
  };
}
