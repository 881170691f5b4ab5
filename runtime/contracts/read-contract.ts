import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv2019, type ErrorObject, type ValidateFunction } from "ajv/dist/2019.js";
import { parse } from "yaml";
import type { Contract, ContractCheck } from "../../core/contract.ts";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import { type OdcsElement, odcsToJsonSchema } from "./odcs-to-json-schema.ts";

interface OdcsDocument {
  readonly id: string;
  readonly version: string;
  readonly schema?: readonly OdcsElement[];
}

let standard: ValidateFunction<OdcsDocument> | undefined;

/** Compiled when the first contract is read: few projects have one. */
function odcs(): ValidateFunction<OdcsDocument> {
  if (standard === undefined) {
    const file = createRequire(import.meta.url).resolve("headgate/odcs.schema.json");
    const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false });
    standard = ajv.compile<OdcsDocument>(JSON.parse(readFileSync(file, "utf8")) as object);
  }
  return standard;
}

/** Errors that one document is told of at once. */
const TOLD = 5;

/**
 * What a contract says of the data of events, from the text of its document. Throws `E_CONTRACT` if that is none of ODCS 3, or does not have the object.
 *
 * @param asset - URI: by its last part an object is found, where the contract names none
 */
export function readContract(text: string, contract: Contract, asset: string): ContractCheck {
  const where = `${contract.file}, asset ${asset}`;
  const document = readDocument(text, where);
  const element = findObject(document, contract, asset, where);
  const ajv = new Ajv2019({ strict: false, allErrors: true, coerceTypes: false, validateFormats: false });
  let validate: ValidateFunction;
  try {
    validate = ajv.compile(odcsToJsonSchema({ ...element, logicalType: "object" }));
  } catch (cause) {
    throw new HeadgateError("E_CONTRACT", `the contract ${contract.file} cannot be checked: ${messageOf(cause)}`, {
      where,
      cause,
      hint: "correct its patterns and types",
    });
  }
  const name = `contract ${document.id} ${document.version}`;
  return (data) => (validate(data) ? [] : (validate.errors ?? []).map((error) => ({ path: pathOf(error), message: `${error.message} (${name})` })));
}

function readDocument(text: string, where: string): OdcsDocument {
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    throw new HeadgateError("E_CONTRACT", `the contract is no YAML: ${messageOf(cause)}`, { where, cause });
  }
  const validate = odcs();
  if (validate(document)) return document;
  const issues = (validate.errors ?? []).slice(0, TOLD).map((error) => `${pathOf(error) || "it"} ${error.message}`);
  throw new HeadgateError("E_CONTRACT", `the contract is none of ODCS 3: ${issues.join("; ")}`, {
    where,
    hint: "https://bitol-io.github.io/open-data-contract-standard/ describes the form",
  });
}

function findObject({ schema = [] }: OdcsDocument, { object }: Contract, asset: string, where: string): OdcsElement {
  const names = schema.map(({ name = "" }) => name);
  const last = asset.split("/").findLast((part) => part !== "");
  const found =
    object === undefined ? (schema.length === 1 ? schema[0] : schema.find(({ name }) => name === last)) : schema.find(({ name }) => name === object);
  if (found !== undefined) return found;
  throw new HeadgateError("E_CONTRACT", `the contract has no object ${object === undefined ? `for ${asset}` : `"${object}"`}`, {
    where,
    hint: names.length === 0 ? "add one under schema" : `name one of ${names.join(", ")}: contractFile("...", { object: "${names[0]}" })`,
  });
}

/** `/rows/2/size` as `rows[2].size`. */
function pathOf({ instancePath }: ErrorObject): string {
  return instancePath
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === "" ? part : `${path}.${part}`), "");
}
