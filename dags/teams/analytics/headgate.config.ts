import { defineConfig } from "headgate";

export default defineConfig({ project: "analytics", dags: ["*.ts"] });
