// `npm run former -- <commit>`: bundles the workflows of an earlier commit into test/faults/former/, for the test in which the workers
// of this commit take over what that one's ran. Kept as a file, because a checkout of CI has no earlier commits and nothing is published
// that could be installed. Make it anew from the tag of each release, and when a change is meant to end what runs (as `npm run histories`).
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { FORMER_COMMIT, FORMER_WORKFLOWS } from "../test/faults/former/former.ts";

/** The SDK wants a source map; a real one would show the folders of this machine. */
const NO_MAP = Buffer.from(JSON.stringify({ version: 3, file: "bundle.cjs", sources: [], names: [], mappings: "" })).toString("base64");

function git(...args: readonly string[]): Buffer {
  return execFileSync("git", [...args], { maxBuffer: 256 * 1024 * 1024 });
}

function bundle(commit: string): string {
  const tree = mkdtempSync(join(tmpdir(), "headgate-former-"));
  try {
    execFileSync("tar", ["-x", "-C", tree], { input: git("archive", commit) });
    symlinkSync(join(process.cwd(), "node_modules"), join(tree, "node_modules"));
    const target = join(tree, "bundle.cjs");
    execFileSync(process.execPath, ["--import", import.meta.resolve("tsx"), join(tree, "runtime/bundle-workflows.ts"), target], { cwd: tree });
    return readFileSync(target, "utf8").replaceAll(tree, "/headgate");
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

const [asked] = process.argv.slice(2);
if (asked === undefined) throw new Error("usage: npm run former -- <commit or tag>");
const commit = git("rev-parse", `${asked}^{commit}`).toString().trim();
const text = bundle(commit).replace(/(?:\.\.\/)+[\w./-]*?node_modules\//g, "./node_modules/");
const code = text.slice(0, text.lastIndexOf("//# sourceMappingURL="));
const named = new RegExp(`.*(?:${process.cwd()}|${tmpdir()}/).*`).exec(code);
if (named !== null) throw new Error(`the bundle names a folder of this machine: ${named[0].slice(0, 300)}`);
const packed = gzipSync(`${code}//# sourceMappingURL=data:application/json;base64,${NO_MAP}\n`, { level: 9 });
writeFileSync(FORMER_WORKFLOWS, packed);
writeFileSync(FORMER_COMMIT, `${git("show", "-s", "--format=%H %cs %s", commit).toString().trim()}\n`);
process.stdout.write(`${readFileSync(FORMER_COMMIT, "utf8")}${Math.round(packed.length / 1024)} KiB\n`);
