import type { RegistryInput, StepResult } from "./input.ts";
import { openInstant } from "./instant.ts";
import type { Registry } from "./registry.ts";

/**
 * Makes one step: the inputs are one instant, applied in their order and then evaluated once. Changes the registry; what it
 * decided and what became of everything is in the result.
 */
export function step(registry: Registry, inputs: readonly RegistryInput[], now: number): StepResult {
  const instant = openInstant(registry, now);
  instant.apply(inputs);
  instant.decide();
  return instant.close();
}
