import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestHouse, type TestHouse } from '../support/house.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());

function run(...words: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['src/modules/accounts/create-admin.ts', ...words], {
    env: { PATH: process.env.PATH, DATABASE_URL: house.config.DATABASE_URL, NODE_ENV: 'test' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

const words = ['--name', 'first.admin', '--email', 'First@Example.com', '--password', 'an admin of our own'];

describe('npm run admin:create', () => {
  it('makes an administrator who can log in at once', async () => {
    const { code, said } = await run(...words);
    expect(said).toContain('log in as first.admin');
    expect(code).toBe(0);
    const visitor = house.visitor();
    await visitor.post('/login', { login: 'first@example.com', password: 'an admin of our own' }).expect(303);
    await visitor.see('/admin/users');
  });

  it('refuses a name that is taken, in words', async () => {
    const { code, said } = await run(...words);
    expect(code).toBe(1);
    expect(said).toContain('name: This name is taken');
  });

  it.each([
    [
      'a common password',
      ['--name', 'second', '--email', 'second@example.com', '--password', 'password123'],
      'first passwords',
    ],
    ['a short one', ['--name', 'second', '--email', 'second@example.com', '--password', 'short'], 'password:'],
    [
      'no password where nobody can be asked',
      ['--name', 'second', '--email', 'second@example.com'],
      '--password is missing',
    ],
  ])('refuses %s', async (_what, given, sentence) => {
    const { code, said } = await run(...given);
    expect(code).toBe(1);
    expect(said).toContain(sentence);
    expect(await house.database.db.user.count({ where: { name: 'second' } })).toBe(0);
  });
});
