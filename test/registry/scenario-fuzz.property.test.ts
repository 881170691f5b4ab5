import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, it } from "vitest";
import { HeadgateError } from "../../core/errors.ts";
import { isRecord } from "../../core/json.ts";
import { simulate } from "../../registry/index.ts";

const root = fileURLToPath(new URL("scenarios", import.meta.url));
const scenarios: readonly unknown[] = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.parentPath !== root)
  .map((entry) => JSON.parse(readFileSync(join(entry.parentPath, entry.name), "utf8")) as unknown);

/** What people and programs write by mistake: wrong types, huge values, names that every object has, clocks and zones that there are not. */
const wrong: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  ...[null, 0, -1, 1e308, 1.5, 2 ** 53, "", "x", "constructor", "__proto__", "\u0000", "\ud800", "a".repeat(5_000), true, [], {}, [[]]],
  ...["99999999d", "1e9d", "-5m", "+275760-09-13T00:00:00.000Z", "-271821-04-20T00:00:00Z", "2026-01-01T00:00:00", "9999-12-31T23:59:59Z"],
  ...["*/0 * * * *", "0 0 31 2 *", "60 * * * *", "1-0 * * * *", { gt: {} }, { glob: 5 }, { in: 5 }, { between: [1] }, { and: 5 }, { asset: 5 }],
  ...[{ map: "rollup" }, { map: "window", from: -1e9, to: 1e9 }, { map: "offset", by: 1e308 }, { map: "fanOut", grain: "minute", max: 1e9 }],
  ...[{ grain: "day", tz: "Mars/Olympus" }, { keys: [] }, { product: [] }, { deadline: "99999999d" }, { atLeast: "101%" }, { limit: 1e308, per: "1s" }],
);

const change = fc.record({
  scenario: fc.nat(scenarios.length - 1),
  places: fc.array(fc.record({ place: fc.nat(), how: fc.constantFrom("put", "put", "put", "drop", "add"), value: wrong }), { minLength: 1, maxLength: 3 }),
});

/** Every place below a value: what holds it, and under which key. */
function placesIn(value: unknown, found: [holder: Record<string, unknown>, key: string][] = []): [holder: Record<string, unknown>, key: string][] {
  if (typeof value !== "object" || value === null) return found;
  for (const key of Object.keys(value)) {
    found.push([value as Record<string, unknown>, key]);
    placesIn((value as Record<string, unknown>)[key], found);
  }
  return found;
}

function changed({ scenario, places }: typeof change extends fc.Arbitrary<infer T> ? T : never): unknown {
  const copy = structuredClone(scenarios[scenario]);
  for (const { place, how, value } of places) {
    const all = placesIn(copy);
    const [holder, key] = all[place % Math.max(1, all.length)] ?? [];
    if (holder === undefined || key === undefined) continue;
    if (how === "drop" && isRecord(holder)) delete holder[key];
    // A copy: a later change may go into it, and the constant is everybody's.
    else holder[how === "add" && isRecord(holder) ? "unknown" : key] = structuredClone(value);
  }
  return JSON.parse(JSON.stringify(copy));
}

it("a scenario that is wrong anywhere gets a result or E_SCENARIO with a place, and never another error", () => {
  let refused = 0;
  fc.assert(
    fc.property(change, (drawn) => {
      try {
        JSON.stringify(simulate(changed(drawn)));
      } catch (error) {
        refused += 1;
        if (!HeadgateError.is(error)) throw error;
        expect(error).toMatchObject({ code: "E_SCENARIO", where: expect.any(String) });
      }
    }),
    { numRuns: 500 },
  );
  expect(refused).toBeGreaterThan(100);
});
