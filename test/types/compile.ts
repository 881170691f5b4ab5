import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** Type checks files that are not part of the project, as a user's project would, by `tsc` itself. Gives what it printed. */
export async function compile(files: Readonly<Record<string, string>>, flags: readonly string[] = []): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "headgate-types-"));
  try {
    const options = {
      target: "ES2023",
      lib: ["ES2023", "ESNext.Disposable"],
      module: "NodeNext",
      moduleResolution: "NodeNext",
      noEmit: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      types: ["node"],
      typeRoots: [join(ROOT, "node_modules/@types")],
      noErrorTruncation: true,
      paths: { headgate: [join(ROOT, "core/index.ts")], zod: [join(ROOT, "node_modules/zod/index.d.ts")] },
    };
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["*.ts"] }));
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
    try {
      const { stdout } = await run(join(ROOT, "node_modules/.bin/tsc"), ["-p", folder, "--pretty", "false", ...flags], {
        cwd: folder,
        maxBuffer: 64 * 1024 * 1024,
      });
      return stdout;
    } catch (error) {
      // tsc ends with 1 or 2 if there are errors, and prints them on its standard output.
      return String((error as { readonly stdout?: unknown }).stdout ?? error);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
