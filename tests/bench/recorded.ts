import { randomUUID } from 'node:crypto';
import { readConfig } from '../../src/config.ts';
import { openHouse } from '../../src/house.ts';
import { getActor } from '../../src/modules/accounts/index.ts';
import { issueContacts } from '../../src/modules/bases/index.ts';
import { createLog } from '../../src/web/log.ts';

/** A statement as the house sends it; `values` are what it sent this time. */
export type Statement = { text: string; values: unknown[] };
export type Recording = { statements: Statement[]; agentId: number; requestId: string };

/**
 * Lets an agent take contacts once and writes down every statement of it, so that the limit measures the very same SQL, today and
 * after the next change of the verb.
 */
export async function recordIssue(
  environment: Record<string, string>,
  { agentId, baseTypeId, wanted }: { agentId: number; baseTypeId: number; wanted: number },
): Promise<Recording> {
  const config = readConfig({ ...environment, BASE_URL: 'http://localhost' });
  const house = await openHouse(config, createLog({ level: 'silent', pretty: false }), { works: false });
  const statements: Statement[] = [];
  const requestId = randomUUID();
  try {
    const actor = await getActor(house.database, agentId);
    const { pool } = house.database;
    const connect = pool.connect.bind(pool) as () => Promise<import('pg').PoolClient>;
    const ctx = house.ctx({ actor });
    const recording = Object.create(pool, {
      connect: {
        value: async () => {
          const client = await connect();
          return Object.create(client, {
            query: {
              value: (query: string | Statement, values?: unknown[]) => {
                const text = typeof query === 'string' ? query : query.text;
                statements.push({ text, values: (typeof query === 'string' ? values : query.values) ?? [] });
                return typeof query === 'string' ? client.query(query, values) : client.query(query);
              },
            },
            release: { value: () => client.release() },
          });
        },
      },
    });
    await issueContacts({ ...ctx, pool: recording }, { baseTypeId, wanted, requestId });
    return { statements, agentId, requestId };
  } finally {
    await house.close();
  }
}
