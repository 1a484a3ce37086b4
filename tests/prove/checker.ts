import pg from 'pg';
import { checkJournals } from './check-journals.ts';
import { checkTables } from './check-tables.ts';
import type { World } from './data.ts';
import type { Journal } from './journal.ts';

/** A rule that does not hold: in how many cases, and the first few of them. */
export type Finding = { rule: string; cases: number; examples: string[] };

/** Compares what the clients can swear to with what the database holds. Nothing found is the proof. */
export async function check(url: string, world: World, journals: readonly Journal[]): Promise<Finding[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = [...(await checkJournals(client, journals)), ...(await checkTables(client, world))];
    return found.filter(({ cases }) => cases > 0);
  } finally {
    await client.end();
  }
}

export const finding = (rule: string, cases: readonly string[]): Finding => ({
  rule,
  cases: cases.length,
  examples: cases.slice(0, 3),
});
