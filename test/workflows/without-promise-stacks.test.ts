import { readFileSync } from "node:fs";
import { createContext, Script } from "node:vm";
import { beforeAll, describe, expect, it } from "vitest";
import { loadWorkflowBundle } from "../../runtime/workflow-bundle.ts";

type Ask = (source: string) => () => unknown;

/** The bundle, loaded as the SDK loads it: its modules that are evaluated ahead, and no run. */
const sandbox = createContext({ __webpack_module_cache__: {}, __TEMPORAL_ACTIVATOR__: undefined as unknown });
const inside = (code: string): unknown => new Script(code).runInContext(sandbox);
/** As the SDK's hook asks, with a promise of the sandbox. */
const ask = inside("(source) => Promise.resolve().constructor.constructor(source)") as Ask;

beforeAll(async () => {
  const { codePath } = await loadWorkflowBundle("runs");
  inside(readFileSync(codePath, "utf8"));
  inside("__TEMPORAL__.preloadModules()");
});

describe("a promise in the sandbox of workflows", () => {
  it("leads to the workflow that made it", () => {
    sandbox.__TEMPORAL_ACTIVATOR__ = { info: { runId: "run-1" } };
    expect(ask("return globalThis.__TEMPORAL_ACTIVATOR__")()).toBe(sandbox.__TEMPORAL_ACTIVATOR__);
    sandbox.__TEMPORAL_ACTIVATOR__ = undefined;
    expect(ask("return globalThis.__TEMPORAL_ACTIVATOR__")()).toBeUndefined();
  });

  it("has no stack that would have to be taken and kept", () => {
    const Given = ask("return globalThis.Error")() as new () => { readonly stack?: string };
    expect(new Given().stack).toBeUndefined();
  });

  it("answers whatever else is asked of it as a function's constructor does", () => {
    expect(ask("return 1 + 1")()).toBe(2);
  });

  it("leaves errors their stacks", () => {
    expect(inside("new Error('broken').stack")).toMatch(/^Error: broken\n\s+at /);
  });
});
