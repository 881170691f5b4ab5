import { defineConfig } from "headgate";

export default defineConfig({ project: "realtime", dags: ["**/*.ts"] });
