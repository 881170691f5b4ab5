import { defineConfig } from "headgate";

export default defineConfig({ project: "sales", dags: ["*.ts"] });
