import { defineConfig } from "headgate";

export default defineConfig({ project: "health", dags: ["*.ts"] });
