/** A settled way to a named system: what `ctx.connection` and sources open. The URI behind the name never leaves the worker. */
export interface Connector<Client> {
  /** The technology: `postgres`, `s3`. One worker keeps one client for each (kind, name). */
  readonly kind: string;
  /** The connection's name: its URI is in `HEADGATE_CONN_<NAME>` or the config file. */
  readonly name: string;
  open(uri: string): Client | Promise<Client>;
  /** Called once, when the worker stops. */
  close(client: Client): void | Promise<void>;
}
