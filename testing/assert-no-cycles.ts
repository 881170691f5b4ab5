import { HeadgateError } from "../core/errors.ts";
import { catalogOf, type Definitions } from "./definitions.ts";

/**
 * Checks that no DAG starts itself, through however many others: what a deploy refuses. A DAG with `cycle: true` breaks a circle.
 * Throws `E_CYCLE`, which shows each circle.
 *
 * @example
 * import * as orders from "../dags/orders.ts";
 * import * as marts from "../dags/marts.ts";
 *
 * it("no DAG starts itself", () => assertNoCycles([orders, marts]));
 */
export function assertNoCycles(definitions: Definitions): void {
  const cycles = catalogOf(definitions, "assertNoCycles").errors.filter(({ code }) => code === "E_CYCLE");
  const [first, ...more] = cycles;
  if (first === undefined) return;
  throw new HeadgateError("E_CYCLE", [first.message, ...more.map(({ message }) => message)].join("\n"), {
    ...(first.where === undefined ? {} : { where: first.where }),
    ...(first.hint === undefined ? {} : { hint: first.hint }),
  });
}
