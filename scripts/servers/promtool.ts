import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cached, runTool } from "./fetch.ts";
import { type PrepareOptions, withDefaults } from "./server.ts";

/** Prometheus' own checker of metrics and rules: the one on PATH, else out of Debian's package, which need not be installed. Throws if neither is there. */
export async function promtool(options: PrepareOptions = {}): Promise<string> {
  if (await runs("promtool")) return "promtool";
  return await cached(
    {
      name: "promtool-debian",
      purpose: "fetching promtool out of Debian's package prometheus (19 MB)",
      make: async (target) => {
        const folder = `${target}.deb`;
        try {
          await mkdir(folder, { recursive: true });
          await runTool("apt-get", ["download", "prometheus"], { cwd: folder });
          const [deb] = await readdir(folder);
          await runTool("dpkg-deb", ["-x", join(folder, deb ?? ""), join(folder, "files")]);
          await mkdir(dirname(target), { recursive: true });
          await rename(join(folder, "files", "usr", "bin", "promtool"), target);
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      },
    },
    withDefaults(options),
  );
}

async function runs(command: string): Promise<boolean> {
  return await runTool(command, ["--version"]).then(
    () => true,
    () => false,
  );
}
