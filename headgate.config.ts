import { defineConfig } from "headgate";

// `npm start` and `npm run headgate -- dev` here are the example lake. The other folders of dags/ are projects of their own.
export default defineConfig({ project: "headgate", dags: ["dags/lake/**/*.ts"] });
