import type { ConnectionOptions } from "node:tls";
import { HeadgateError } from "../../core/errors.ts";
import { readTlsFiles, TLS_OPTIONS } from "../tls-files.ts";

export interface KafkaConnection {
  readonly brokers: readonly string[];
  readonly tls?: ConnectionOptions;
  readonly login?: { readonly mechanism: SaslMechanism; readonly username: string; readonly password: string };
}

const MECHANISMS = ["plain", "scram-sha-256", "scram-sha-512"] as const;
export type SaslMechanism = (typeof MECHANISMS)[number];

/**
 * `kafka://user:password@host:9092?sasl=scram-sha-512`; `kafkas:` for TLS. Further brokers are in `brokers=host:port,host:port`; `ca`, `cert`
 * and `key` name files in PEM. Throws `E_CONNECTION`, which never shows the URI.
 */
export function parseKafkaUri(uri: string, name: string): KafkaConnection {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  const fail = (why: string): HeadgateError =>
    new HeadgateError("E_CONNECTION", `the connection "${name}" is no Kafka: ${why}`, {
      hint: "write it as kafka://host:9092, or kafkas://user:password@host:9092?sasl=scram-sha-512&ca=/etc/kafka/ca.pem with TLS and login",
    });
  if (url === undefined || (url.protocol !== "kafka:" && url.protocol !== "kafkas:") || url.hostname === "")
    throw fail("its URI does not begin with kafka: or kafkas:");
  const options = url.searchParams;
  const unknown = [...options.keys()].filter((key) => !["sasl", "brokers", ...TLS_OPTIONS].includes(key));
  if (unknown.length > 0) throw fail(`it has the unknown option "${unknown[0]}"`);
  const mechanism = options.get("sasl") ?? "plain";
  if (!MECHANISMS.some((one) => one === mechanism)) throw fail(`sasl is "${mechanism}", not ${MECHANISMS.join(", ")}`);
  const port = url.port === "" ? "9092" : url.port;
  const more = (options.get("brokers") ?? "").split(",").filter((broker) => broker !== "");
  return {
    brokers: [...url.hostname.split(",").map((host) => `${host}:${port}`), ...more],
    ...(url.protocol === "kafkas:" ? { tls: readTlsFiles(options, fail) } : {}),
    ...(url.username === ""
      ? {}
      : {
          login: {
            mechanism: mechanism as SaslMechanism,
            username: decodeURIComponent(url.username),
            password: decodeURIComponent(url.password),
          },
        }),
  };
}
