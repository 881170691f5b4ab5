import { parseArgs } from "node:util";
import { fillStore } from "./filled/fill.ts";
import { sizesOf } from "./filled/sizes.ts";

// `node --conditions=headgate-source --import tsx bench/fill-store.ts postgres://... [--part 0.01] [--events 10000000] ...`: fills a store.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** 1 is all that the API is measured against. */
    part: { type: "string", default: "0.01" },
    assets: { type: "string" },
    dags: { type: "string" },
    events: { type: "string" },
    runs: { type: "string" },
    days: { type: "string" },
    seed: { type: "string" },
  },
});
const [url] = positionals;
if (url === undefined) throw new Error("give the address of a database: postgres://user:password@host:port/database");
const { part, ...given } = values;
const sizes = { ...sizesOf(Number(part), Date.now()), ...Object.fromEntries(Object.entries(given).map(([name, value]) => [name, Number(value)])) };
await fillStore({ url, sizes, onProgress: (line) => void process.stderr.write(`${line}\n`) });
