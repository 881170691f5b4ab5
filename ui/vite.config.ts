import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { SCRIPT_LICENSES, thirdPartyNotices } from "./third-party-notices.ts";

/** Where `npm run ui` finds the API: that of a `headgate dev` with its usual port. */
const API = "http://127.0.0.1:7280";
const OUT = fileURLToPath(new URL("../dist/ui", import.meta.url));

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [react(), tailwindcss(), thirdPartyNotices(OUT, ["tailwindcss", "@fontsource-variable/inter", "@fontsource-variable/geist-mono"]), compressed()],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    // Not `assets`, which is a page.
    assetsDir: "static",
    // The first browsers with light-dark(), in which each colour is said once.
    target: ["chrome123", "firefox121", "safari17.5"],
    // A strict content policy allows no data: URLs for scripts, styles and fonts.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    license: { fileName: SCRIPT_LICENSES },
  },
  server: { proxy: { "/v1": { target: API, changeOrigin: true } } },
});

/** Compresses what is text once, when it is built, rather than at each request. */
function compressed(): Plugin {
  return {
    name: "headgate:compressed",
    apply: "build",
    closeBundle() {
      for (const file of readdirSync(OUT, { recursive: true, encoding: "utf8" }).filter((name) => /\.(?:js|css|html|svg)$/.test(name))) {
        const content = readFileSync(join(OUT, file));
        writeFileSync(join(OUT, `${file}.br`), brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
        writeFileSync(join(OUT, `${file}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}
