import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { Ctx } from '../../src/ctx.ts';
import { type House, openHouse } from '../../src/house.ts';
import { getActor } from '../../src/modules/accounts/index.ts';
import { createLog } from '../../src/web/log.ts';
import { createViews } from '../../src/web/nunjucks.ts';
import { password, type TestUser } from '../factories/users.ts';
import { freshDatabase } from './database.ts';
import { Visitor } from './visitor.ts';

export type TestHouse = House & {
  url: string;
  outbox: string;
  /** A stranger's browser. */
  visitor(headers?: Record<string, string>): Visitor;
  /** A browser in which this person has logged in through the form. */
  as(user: TestUser): Promise<Visitor>;
  /** A ctx in which this person acts, as jobs and seeds have it. */
  ctxOf(user: TestUser, now?: Date): Promise<Ctx>;
  /** Runs the jobs that wait now. */
  drain(): Promise<number>;
};

const views = createViews({ watch: false });

/** The real application on its own database and folders. Close it in afterAll. */
export async function openTestHouse(env: Record<string, string> = {}): Promise<TestHouse> {
  const database = await freshDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'lead-cabinet-test-'));
  const outbox = join(folder, 'outbox');
  const config = readConfig({
    NODE_ENV: 'test',
    DATABASE_URL: database,
    FILES_DIR: join(folder, 'files'),
    OUTBOX_DIR: outbox,
    LOG_LEVEL: 'silent',
    SESSION_SECRET: 'a secret of the tests, thirty-two letters',
    ...env,
  });
  const log = createLog({ level: config.LOG_LEVEL, pretty: false });
  const house = await openHouse(config, log, { works: false });
  const { services, sessionSecret, checks } = house;
  const app = createApp({ config, database: house.database, services, views, log, sessionSecret, checks });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const visitor = (headers = {}): Visitor => new Visitor(url, headers);

  return {
    ...house,
    url,
    outbox,
    visitor,
    async as(user) {
      const browser = visitor();
      await browser.post('/login', { login: user.email, password }).expect(303);
      return browser;
    },
    async ctxOf(user, now) {
      return house.ctx({ actor: await getActor(house.database, user.id), ...(now ? { now } : {}) });
    },
    drain: () => house.queue.drain(() => house.ctx()),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await house.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
