import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { childEnvironment } from "../../runtime/config.ts";

const packageRoot = fileURLToPath(new URL("../../", import.meta.url));

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Of node. @default those of the `headgate` script */
  readonly flags?: readonly string[];
  /** Called with what the script reports, at once: for a script that does not live to its end. */
  readonly onReport?: (value: unknown) => void;
  /** Whose rights it has; only root can choose. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** A user's project in a folder of its own, in which `headgate` is installed. */
export interface Project {
  readonly root: string;
  write(path: string, content: string): Promise<void>;
  /** Runs TypeScript in a process of its own, as the `headgate` command does; its `report(value)` is what this returns. */
  run(script: string, options?: RunOptions): Promise<unknown>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** @param installed - the folder of the package that is installed in it; by default this one */
export async function createProject(files: Readonly<Record<string, string>> = {}, installed = packageRoot): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), "headgate-project-"));
  async function write(path: string, content: string): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  await write("package.json", JSON.stringify({ name: "lake", type: "module" }));
  await mkdir(join(root, "node_modules"));
  await symlink(installed, join(root, "node_modules", "headgate"));
  await symlink(join(packageRoot, "node_modules", "zod"), join(root, "node_modules", "zod"));
  for (const [path, content] of Object.entries(files)) await write(path, content);

  async function run(
    script: string,
    { env = {}, flags = [`--conditions=headgate-source`, "--import", import.meta.resolve("tsx")], user, onReport }: RunOptions = {},
  ): Promise<unknown> {
    // Beside the sources, so that it imports them as our own commands do.
    const file = join(root, `script-${Math.random().toString(36).slice(2)}.mts`);
    await writeFile(
      file,
      `const root = ${JSON.stringify(root)};\nconst report = (value: unknown) => process.send?.(value);\n${script.replaceAll("#/", packageRoot)}\nprocess.disconnect?.();\n`,
    );
    const child = spawn(process.execPath, [...flags, file], {
      cwd: root,
      env: childEnvironment(env),
      stdio: ["ignore", "inherit", "pipe", "ipc"],
      ...user,
    });
    let reported: unknown;
    let errors = "";
    child.on("message", (value) => {
      reported = value;
      onReport?.(value);
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (code !== 0) throw new Error(`the script ended with ${code}:\n${errors}`);
    return reported;
  }
  return { root, write, run, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}
