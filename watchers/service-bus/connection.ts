import { HeadgateError } from "../../core/errors.ts";

/**
 * The connection string that the SDK takes, of a connection's URI: `sb://POLICY:KEY@my-namespace.servicebus.windows.net`, with the key percent-encoded;
 * `?emulator=true` is a server without TLS. Throws `E_CONNECTION`, which never shows the URI.
 */
export function toConnectionString(uri: string, name: string): string {
  const fail = (why: string): HeadgateError =>
    new HeadgateError("E_CONNECTION", `the connection "${name}" is no Service Bus: ${why}`, {
      hint: "write it as sb://POLICY:KEY@my-namespace.servicebus.windows.net, with + and / and = of the key as %2B and %2F and %3D",
    });
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url?.protocol !== "sb:" || url.host === "") throw fail("its URI does not begin with sb:// and a namespace");
  if (url.username === "" || url.password === "") throw fail("it names no policy with its key");
  const unknown = [...url.searchParams.keys()].find((key) => key !== "emulator");
  if (unknown !== undefined) throw fail(`it has the unknown option "${unknown}"`);
  const parts = [
    `Endpoint=sb://${url.host}/`,
    `SharedAccessKeyName=${decodeURIComponent(url.username)}`,
    `SharedAccessKey=${decodeURIComponent(url.password)}`,
  ];
  if (url.searchParams.get("emulator") === "true") parts.push("UseDevelopmentEmulator=true");
  return parts.join(";");
}
