import { HeadgateError } from "../core/errors.ts";
import type { Refusal } from "../core/registry-protocol.ts";

/** What is wrong with an update or a query is its answer, with a code: it must never fail the workflow. */
export function unlessRefused<T extends object>(act: () => T): T | Refusal {
  try {
    return act();
  } catch (error) {
    if (HeadgateError.is(error)) return refusalOf(error);
    throw error;
  }
}

export function refusalOf({ code, message, hint, where }: HeadgateError): Refusal {
  return { ok: false, code, message, ...(hint === undefined ? {} : { hint }), ...(where === undefined ? {} : { where }) };
}
