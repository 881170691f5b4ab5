import { defineConfig } from "headgate";

export default defineConfig({ project: "gateway", dags: ["**/*.ts"] });
