import type { StandardSchemaV1 } from "@standard-schema/spec";
import { checkOptionNames } from "./authoring/option-names.ts";
import { HeadgateError } from "./errors.ts";
import { issuesText, type Quarantined, type SchemaIssue, validateWithSchema } from "./schema.ts";

export const VIOLATIONS = ["reject", "quarantine", "warn"] as const;
export type Violation = (typeof VIOLATIONS)[number];

export interface ContractOptions {
  /** The object of the contract's `schema` that the data of an event is one of. @default its only one, or the one that is called as the asset is */
  readonly object?: string;
  /**
   * What becomes of an event whose data breaks it: it is refused, as one that breaks the asset's schema; put aside until a person releases or
   * drops it; or taken and told of in the log. @default "reject"
   */
  readonly onViolation?: Violation;
}

/** A document of the Open Data Contract Standard, by its file. */
export interface Contract {
  readonly kind: "contract";
  /** From the folder of the project on. */
  readonly file: string;
  readonly object?: string;
  readonly onViolation: Violation;
}

/**
 * The data contract of an asset, in a file of the Open Data Contract Standard (ODCS), version 3. It is read when the project is loaded; `headgate
 * check` says what is wrong with it. Throws `E_OPTION`.
 *
 * @param file - YAML or JSON, from the folder of the project on
 * @example
 * const orders = asset("lake://orders", { contract: contractFile("contracts/orders.yaml", { onViolation: "warn" }) });
 */
export function contractFile(file: string, options: ContractOptions = {}): Contract {
  const where = `contractFile(${JSON.stringify(file)})`;
  checkOptionNames(options, ["object", "onViolation"], where);
  const { object, onViolation = "reject" } = options;
  if (typeof file !== "string" || file === "")
    throw new HeadgateError("E_OPTION", `${where} names no file`, { where, hint: "give a path from the project on" });
  if (!VIOLATIONS.includes(onViolation)) {
    throw new HeadgateError("E_OPTION", `${where} has onViolation ${JSON.stringify(onViolation)}`, { where, hint: `allowed are ${VIOLATIONS.join(", ")}` });
  }
  return Object.freeze({ kind: "contract", file, onViolation, ...(object === undefined ? {} : { object }) });
}

/** What a contract says of the data of an event: what breaks it. */
export type ContractCheck = (data: unknown) => readonly SchemaIssue[];

/** Contracts whose document was read, by whoever loads the project: authoring reads no files. */
const checks = new WeakMap<Contract, ContractCheck>();
let hear: (asset: string, text: string) => void = () => undefined;

export function bindContract(contract: Contract, check: ContractCheck): void {
  checks.set(contract, check);
}

/** Where this process tells of data that breaks a contract and is taken all the same. */
export function onContractWarning(listener: typeof hear): void {
  hear = listener;
}

/** A schema that asks the asset's own schema first, then its contract: so a contract holds wherever the schema does. */
export function schemaWithContract(uri: string, own: StandardSchemaV1 | undefined, contract: Contract): StandardSchemaV1 {
  function judge(value: unknown): StandardSchemaV1.Result<unknown> & Quarantined {
    const issues = checks.get(contract)?.(value) ?? [];
    if (issues.length === 0) return { value };
    if (contract.onViolation === "reject") return { issues: issues.map(({ path, message }) => ({ message, path: path === "" ? [] : [path] })) };
    if (contract.onViolation === "quarantine") return { value, quarantine: issuesText(issues) };
    hear(uri, issuesText(issues));
    return { value };
  }
  return {
    "~standard": {
      version: 1,
      vendor: "headgate",
      validate(value) {
        if (own === undefined) return judge(value);
        const checked = validateWithSchema(own, value);
        const then = (first: Awaited<typeof checked>): StandardSchemaV1.Result<unknown> => {
          if (!first.ok) return { issues: first.issues.map(({ path, message }) => ({ message, path: path === "" ? [] : [path] })) };
          const second = judge(value);
          return second.issues === undefined ? { ...second, value: first.value } : second;
        };
        return checked instanceof Promise ? checked.then(then) : then(checked);
      },
    },
  };
}
