import { defineConfig } from "headgate";

export default defineConfig({ project: "kit", dags: ["*.ts"] });
