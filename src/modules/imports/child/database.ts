import { userInfo } from 'node:os';
import pg from 'pg';

/** The child's own connection. Its name tells an operator which process works on what. */
export async function connect(databaseUrl: string, importId: number): Promise<pg.Client> {
  pg.defaults.user ??= userInfo().username;
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: `lead-cabinet import ${importId} pid ${process.pid}`,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    statement_timeout: 120_000,
    lock_timeout: 60_000,
    idle_in_transaction_session_timeout: 60_000,
  });
  await client.connect();
  // A child that is killed must not leave the server at work for it. Not every platform can tell.
  await client.query("SET client_connection_check_interval = '500ms'").catch(() => {});
  return client;
}
