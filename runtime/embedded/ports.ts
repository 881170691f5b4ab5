import { createServer } from "node:net";
import { HeadgateError } from "../../core/errors.ts";

/** A port that somebody asked for, with the flag by which a person can choose another one. */
export interface PortRequest {
  /** 0 takes a free one. */
  readonly port: number;
  readonly flag: string;
  /** Who is going to listen: `the Temporal server`. */
  readonly purpose: string;
}

/** The port, found to be free on loopback a moment ago. Throws `E_PORT_TAKEN`, which names the flag. */
export async function claimPort({ port, flag, purpose }: PortRequest): Promise<number> {
  try {
    return await tryPort(port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    throw portTaken({ port, flag, purpose }, error);
  }
}

export function portTaken({ port, flag, purpose }: PortRequest, cause?: unknown): HeadgateError {
  const allowed = (cause as NodeJS.ErrnoException | undefined)?.code !== "EACCES";
  return new HeadgateError("E_PORT_TAKEN", `port ${port}, which ${purpose} needs, is ${allowed ? "in use" : "not allowed for this user"}`, {
    hint: `choose another one with ${flag} <port>; ${flag} 0 takes a free one`,
    where: flag,
    cause,
  });
}

function tryPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : port));
    });
  });
}
