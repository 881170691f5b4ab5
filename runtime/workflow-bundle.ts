import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HeadgateError } from "../core/errors.ts";
import { userCacheDir } from "./config.ts";

/** Folders whose code runs inside the workflow sandbox. */
const BUNDLED = ["core", "registry", "interpreter", "workflows"];

/** `index` has all workflows, `runs` those of the queues of projects. */
type Entry = "index" | "runs";

/** The files that `npm run build` writes beside the compiled workflows. */
const BUILT: Readonly<Record<Entry, string>> = {
  index: fileURLToPath(new URL("../workflows/bundle.cjs", import.meta.url)),
  runs: fileURLToPath(new URL("../workflows/runs-bundle.cjs", import.meta.url)),
};

/**
 * The code that runs inside Temporal's workflow sandbox: ours alone, never a user's file. Comes from the build; from sources it
 * is bundled once for each state of them, by a process of its own: the bundler would keep 200 MB in this one.
 */
export async function loadWorkflowBundle(entry: Entry = "index"): Promise<{ readonly codePath: string }> {
  if (existsSync(BUILT[entry])) return { codePath: BUILT[entry] };
  const folder = join(userCacheDir(), "bundles");
  const codePath = join(folder, `${fingerprint()}-${entry}.cjs`);
  if (existsSync(codePath)) return { codePath };
  mkdirSync(folder, { recursive: true });
  const own = `${codePath}.${process.pid}`;
  await bundleInChild(own, entry);
  renameSync(own, codePath);
  return { codePath };
}

const fromSource = import.meta.url.endsWith(".ts");
const script = fileURLToPath(new URL(`./bundle-workflows.${fromSource ? "ts" : "js"}`, import.meta.url));

async function bundleInChild(target: string, entry: Entry): Promise<void> {
  // Not the flags of this process: a test runner or a debugger has its own.
  const flags = fromSource ? ["--import", import.meta.resolve("tsx")] : [];
  const child = spawn(process.execPath, [...flags, script, target, entry], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0)
    throw new HeadgateError("E_BUNDLE", `the workflows could not be bundled: ${said.trim().slice(-2_000)}`, {
      hint: "run `npm ci`; if it goes on, report it with this message",
    });
}

/** Changes with the sources, with how they are bundled, and with the SDK, whose version the bundle must have. */
function fingerprint(): string {
  const hash = createHash("sha256")
    .update(readFileSync(fileURLToPath(import.meta.resolve("@temporalio/worker/package.json"))))
    .update(readFileSync(script));
  for (const folder of BUNDLED) {
    const path = fileURLToPath(new URL(`../${folder}`, import.meta.url));
    for (const file of readdirSync(path, { recursive: true })
      .map(String)
      .filter((name) => /\.[jt]s$/.test(name))
      .sort()) {
      hash.update(`${folder}/${file}\0`).update(readFileSync(join(path, file)));
    }
  }
  return hash.digest("hex").slice(0, 32);
}
