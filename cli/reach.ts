import { connect } from "node:net";
import { networkInterfaces } from "node:os";

/** True if something takes TCP connections there. */
export function answers(host: string, port: number, patience = 1_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(patience, () => end(false));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}

/** Host and port of `host:port`, `[::1]:7233` or a URI. Undefined if it names none. */
export function hostAndPort(address: string, otherwise?: number): { readonly host: string; readonly port: number } | undefined {
  const url = URL.canParse(address) && address.includes("://") ? new URL(address) : URL.canParse(`tcp://${address}`) ? new URL(`tcp://${address}`) : undefined;
  const port = url === undefined || url.port === "" ? otherwise : Number(url.port);
  if (url === undefined || url.hostname === "" || port === undefined) return undefined;
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port };
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}

/** Addresses of this machine that others may reach. */
export function outsideAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).filter(({ family, internal }) => family === "IPv4" && !internal).map(({ address }) => address),
  );
}
