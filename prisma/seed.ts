import pg from 'pg';
import { readConfig } from '../src/config.ts';
import { openHouse } from '../src/house.ts';
import { createLog } from '../src/web/log.ts';
import { seedAudit } from './seed/audit.ts';
import { seedBases } from './seed/bases.ts';
import { seedClocks } from './seed/clocks.ts';
import { seedImports } from './seed/imports.ts';
import { seedLeads } from './seed/leads.ts';
import { seedNotifications } from './seed/notifications.ts';
import { seedPeople } from './seed/people.ts';
import { seedSupport } from './seed/support.ts';
import { seedTelegram } from './seed/telegram.ts';
import { createWorld, type World } from './seed/world.ts';

export { demoLogins } from './seed/people.ts';

/**
 * Loads sixty days of an invented company into a migrated, empty database: the same every time but for the date, which
 * ends at `now`. Contacts come in through the real import; the past is then written by SQL, since verbs act today.
 */
export async function seedDemo(databaseUrl: string, now = new Date()): Promise<void> {
  const config = readConfig({ ...process.env, DATABASE_URL: databaseUrl, LOG_LEVEL: 'silent', DATABASE_POOL: '4' });
  const house = await openHouse(config, createLog({ level: 'silent', pretty: false }), { works: false });
  const client = new pg.Client({ connectionString: databaseUrl });
  try {
    await client.connect();
    await seed(createWorld({ house, client, now }));
  } finally {
    await client.end();
    await house.close();
  }
}

async function seed(world: World): Promise<void> {
  await seedPeople(world);
  await seedImports(world);
  await world.client.query('BEGIN');
  await seedBases(world);
  await seedLeads(world);
  await seedSupport(world);
  await seedTelegram(world);
  await seedClocks(world);
  await seedAudit(world);
  await seedNotifications(world);
  await world.client.query('COMMIT');
  await world.client.query('ANALYZE');
}
