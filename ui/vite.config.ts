import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `npm run ui` finds the API: that of a `headgate dev` with its usual port. */
const API = "http://127.0.0.1:7280";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [react(), tailwindcss()],
  build: {
    outDir: "../dist/ui",
    emptyOutDir: true,
    // The first browsers with light-dark(), in which each colour is said once.
    target: ["chrome123", "firefox121", "safari17.5"],
    // A strict content policy allows no data: URLs for scripts, styles and fonts.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: { "/v1": { target: API, changeOrigin: true } } },
});
