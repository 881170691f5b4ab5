import { defineConfig } from "headgate";

export default defineConfig({ project: "warehouse", dags: ["**/*.ts"] });
