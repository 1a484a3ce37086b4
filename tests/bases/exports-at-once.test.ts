import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { createBase, fillBase, issueTo } from '../factories/bases.ts';
import { createUser, password, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { seen, type Visitor } from '../support/visitor.ts';

const file = '/admin/contacts/file/csv';
let house: TestHouse;
let staff: Visitor;
let admin: TestUser;
let anna: TestUser;
let cookie = '';
const open: IncomingMessage[] = [];

beforeAll(async () => {
  house = await openTestHouse({ EXPORTS_AT_ONCE: '2', EXPORT_WAIT_SECONDS: '1', DATABASE_POOL: '2' });
  admin = await createUser(house, { role: 'admin' });
  staff = await house.as(admin);
  const answer = await house.visitor().post('/login', { login: admin.email, password });
  cookie = [answer.get('set-cookie')]
    .flat()
    .map((one) => one?.split(';')[0])
    .join('; ');
  anna = await createUser(house);
  const base = await createBase(house, { code: 'many', name: 'Many' });
  await fillBase(house, base, 6000);
  await issueTo(house, anna, { base, wanted: 3 });
  // Far more than what sockets keep on the way.
  await house.database.sql.run(q`UPDATE contacts SET note = repeat(md5(key), 200)`);
});
afterEach(async () => {
  for (const answer of open.splice(0)) answer.destroy();
  await vi.waitFor(async () => expect(await readings()).toBe(0), { timeout: 10_000 });
});
afterAll(() => house.close());

/** Asks for the big file and takes none of it. */
const slowly = (url = house.url): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(new URL(file, url), { headers: { cookie }, agent: false }, (answer) => {
      answer.on('error', () => {});
      open.push(answer);
      resolve(answer);
    }).once('error', reject);
  });

/** How many connections read for a file now. */
async function readings(): Promise<number> {
  const row = await house.database.sql.row<{ count: number }>(q`
    SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'lead-cabinet exports' AND state <> 'idle'`);
  return row?.count ?? 0;
}

const noted = (): Promise<number> => house.database.db.auditEvent.count({ where: { action: 'contacts.exported' } });

test('while slow downloads hold all they may, pages and agents’ own files answer, and one more is told to come later', async () => {
  await Promise.all([slowly(), slowly()]);
  expect(await readings()).toBe(2);
  const before = await noted();

  await staff.see('/admin/contacts');
  const agent = await house.as(anna);
  await agent.see('/cabinet/contacts');
  const own = await agent.get('/cabinet/contacts/file/csv').expect(200);
  expect(own.text.trimEnd().split('\r\n')).toHaveLength(4);

  for (const path of [
    file,
    '/admin/bases/file',
    '/admin/leads/export/xlsx',
    '/admin/audit/export',
    '/admin/users/export',
  ]) {
    const refused = await staff.get(path);
    expect(seen(refused, 503).innerText).toContain('Сейчас готовится слишком много больших файлов');
    expect(refused.get('content-disposition')).toBeUndefined();
  }
  await house.database.db.user.update({ where: { id: admin.id }, data: { locale: 'en' } });
  const inEnglish = await staff.get(file);
  expect(seen(inEnglish, 503).innerText).toContain('Too many big files are being made right now');
  expect(await noted()).toBe(before);
});

test('a slow download is whole in the end, and as of the moment when it began', async () => {
  const answer = await slowly();
  await house.database.sql.run(q`UPDATE contacts SET note = 'later' WHERE state = 'free'`);
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece);
  const lines = Buffer.concat(pieces).toString().trimEnd().split('\r\n');
  expect(lines).toHaveLength(6001);
  expect(lines.filter((line) => line.includes('later'))).toEqual([]);
  await house.database.sql.run(q`UPDATE contacts SET note = repeat(md5(key), 200)`);
});

test('a person who goes away gives the place to the next at once', async () => {
  const [first] = await Promise.all([slowly(), slowly()]);
  expect(await readings()).toBe(2);
  first?.destroy();
  const next = await slowly();
  expect(next.statusCode).toBe(200);
  await vi.waitFor(async () => expect(await readings()).toBe(2), { timeout: 10_000 });
});

test('somebody who takes nothing of his file loses it, and its place is free', async () => {
  const hasty = await openTestHouse({ DATABASE_URL: house.config.DATABASE_URL ?? '', EXPORT_STALL_SECONDS: '1' });
  try {
    const answer = await slowly(hasty.url);
    expect(await readings()).toBe(1);
    await vi.waitFor(async () => expect(await readings()).toBe(0), { timeout: 20_000 });
    await expect(once(answer.resume(), 'end')).rejects.toThrow('aborted');
  } finally {
    await hasty.close();
  }
});
