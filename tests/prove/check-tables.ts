import type { Client } from 'pg';
import { everyRule } from '../support/invariants.ts';
import { type Finding, finding } from './checker.ts';
import type { World } from './data.ts';

/** The rules that the tables alone can show. */
export async function checkTables(client: Client, world: World): Promise<Finding[]> {
  const { rows } = await client.query<{ rule: string; broken: string }>(everyRule);
  const findings = [...Map.groupBy(rows, ({ rule }) => rule)].map(([rule, found]) =>
    finding(
      rule,
      found.map(({ broken }) => broken),
    ),
  );
  const contacts = await client.query<{ count: number }>('SELECT count(*)::int AS count FROM contacts');
  const count = contacts.rows[0]?.count ?? 0;
  const lost = count === world.contacts ? [] : [`${count} contacts of ${world.contacts}`];
  return [...findings, finding('no contact is lost or made', lost)];
}
