import { defineConfig } from "headgate";

export default defineConfig({ project: "marketing", dags: ["*.ts"] });
