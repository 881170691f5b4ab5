import { describe, it } from "vitest";
import { type SourceContractOptions, type SourceWorld, sourceContract as toCases } from "../../testing/source-contract/source-contract.ts";

export type { SourceWorld };

/** The contract of sources as a suite. */
export function sourceContract(
  name: string,
  createWorld: () => Promise<SourceWorld>,
  createOutbox?: SourceContractOptions["createOutbox"],
  options: Pick<SourceContractOptions, "forgets"> = {},
): void {
  describe(`${name} keeps the contract of sources`, () => {
    for (const one of toCases(createWorld, { ...options, ...(createOutbox === undefined ? {} : { createOutbox }) })) it(one.name, () => one.run());
  });
}
