import { defineConfig } from "headgate";

export default defineConfig({ project: "my-project", dags: "dags/**/*.ts" });
