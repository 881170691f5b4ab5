import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { assetsNamedBy } from "../../core/assets-named.ts";
import { bindContract, type Contract } from "../../core/contract.ts";
import type { Definition } from "../../core/definition.ts";
import { HeadgateError, messageOf } from "../../core/errors.ts";

/** Reads the contracts of all assets, so that data is checked from now on, and says what is wrong with them: `E_CONTRACT`. */
export async function bindContracts(root: string, definitions: readonly Definition[]): Promise<readonly HeadgateError[]> {
  const contracts = new Map<Contract, string>();
  for (const asset of definitions.flatMap(assetsNamedBy)) if (asset.contract !== undefined) contracts.set(asset.contract, asset.uri);
  if (contracts.size === 0) return [];
  const { readContract } = await import("./read-contract.ts");
  const errors: HeadgateError[] = [];
  for (const [contract, uri] of contracts) {
    try {
      bindContract(contract, readContract(await readText(root, contract, uri), contract, uri));
    } catch (error) {
      if (!HeadgateError.is(error)) throw error;
      errors.push(error);
      // A worker goes on without a file that is wrong; what nobody can check is not taken for right.
      bindContract(contract, () => [{ path: "", message: `its contract ${contract.file} cannot be read` }]);
    }
  }
  return errors;
}

async function readText(root: string, { file }: Contract, uri: string): Promise<string> {
  try {
    return await readFile(resolve(root, file), "utf8");
  } catch (cause) {
    throw new HeadgateError("E_CONTRACT", `the contract ${file} could not be read: ${messageOf(cause)}`, {
      where: `asset ${uri}`,
      hint: "a path begins in the folder of the project",
      cause,
    });
  }
}
