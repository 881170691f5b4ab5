import { defineConfig } from "headgate";

export default defineConfig({ project: "queues", dags: ["**/*.ts"] });
