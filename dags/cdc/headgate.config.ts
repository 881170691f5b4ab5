import { defineConfig } from "headgate";

export default defineConfig({ project: "cdc", dags: ["**/*.ts"] });
