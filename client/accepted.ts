import { HeadgateError } from "../core/errors.ts";
import type { Refusal } from "../core/registry-protocol.ts";

/** The answer of the registry, unless it is a refusal: that is thrown with its code. */
export function accepted<T>(answer: T | Refusal): T {
  if (!isRefusal(answer)) return answer;
  const { code, message, hint, where } = answer;
  throw new HeadgateError(code, message, { ...(hint === undefined ? {} : { hint }), ...(where === undefined ? {} : { where }) });
}

function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === "object" && answer !== null && "ok" in answer && answer.ok === false;
}
