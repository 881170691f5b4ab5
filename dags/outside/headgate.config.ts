import { defineConfig } from "headgate";

export default defineConfig({ project: "outside", dags: ["**/*.ts"] });
