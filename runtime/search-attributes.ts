import type { NativeConnection } from "@temporalio/worker";
import { SEARCH_ATTRIBUTES } from "../core/names.ts";

/** `IndexedValueType` of Temporal's API. */
const KEYWORD = 2;

/** Which of Headgate's search attributes the namespace lacks. Setting one that it lacks would fail a run's workflow task for ever. */
export async function missingSearchAttributes(connection: NativeConnection, namespace: string): Promise<readonly string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return Object.values(SEARCH_ATTRIBUTES).filter((name) => customAttributes?.[name] !== KEYWORD);
}
