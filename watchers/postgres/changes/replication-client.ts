import pg from "pg";

/** Values are text in the form that these say. */
const FORM = "set datestyle = 'ISO, YMD'; set time zone 'UTC'; set intervalstyle = 'postgres'; set bytea_output = 'hex'; set extra_float_digits = 1";

/** A connection of the replication protocol that is not yet open. */
export function replicationClient(uri: string): pg.Client {
  return new pg.Client({
    connectionString: uri,
    application_name: "headgate watcher",
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    // The types do not have it.
    ...{ replication: "database" },
  });
}

export async function connectForReplication(client: pg.Client): Promise<void> {
  await client.connect();
  await client.query(FORM);
}
