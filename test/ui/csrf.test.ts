import { expect, it } from "vitest";
import { csrfHeader } from "../../ui/src/api/csrf.ts";

it.each([
  ["without a session", "", {}],
  ["with one", "theme=dark; headgate-csrf=a%2Bb", { "x-csrf-token": "a+b" }],
  ["by TLS", "__Host-headgate-csrf=ab; other=1", { "x-csrf-token": "ab" }],
  ["with a cookie that only ends like it", "my-headgate-csrf=ab", {}],
])("a request that changes something, %s", (_, cookies, headers) => expect(csrfHeader(cookies)).toEqual(headers));
