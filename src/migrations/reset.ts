import pg from 'pg';

/** Whether a database URL leads to this very machine. */
export function isLocal(databaseUrl: string): boolean {
  const url = new URL(databaseUrl);
  const host = url.searchParams.get('host') ?? url.hostname;
  return ['localhost', '127.0.0.1', '[::1]', ''].includes(host) || host.startsWith('/');
}

/** Drops everything that a database holds, the queue's schema included. */
export async function eraseDatabase(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ nspname: string }>(
      `SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'`,
    );
    const schemas = rows.map(({ nspname }) => client.escapeIdentifier(nspname));
    await client.query(`DROP SCHEMA ${schemas.join(', ')} CASCADE; CREATE SCHEMA public`);
  } finally {
    await client.end();
  }
}
