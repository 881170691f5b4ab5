import { sourceContract } from "../source-contract.ts";
import { createTableWorld, WAYS } from "./table-world.ts";

for (const [way, by] of Object.entries(WAYS)) sourceContract(`the Postgres table source by ${way}`, () => createTableWorld(by));
