import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { health } from '../../src/web/health.ts';
import { createUser, password } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { knock, signIn } from '../support/knock.ts';
import { lettersTo } from '../support/letters.ts';
import { urlencoded } from './fields.ts';
import { send } from './send.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await openTestHouse({ BASE_URL: 'https://cabinet.example.com', SECURE_COOKIES: 'false' });
});
afterAll(() => house.close());

describe('a session', () => {
  it('v5.0.0-7.2.4 gets a new id with the login: a planted one is worth nothing', async () => {
    const { email } = await createUser(house);
    const old = await signIn(house, email);
    const form = { login: email, password };
    const answer = await knock(house.url, 'post', '/login', { cookie: old, form });
    expect(answer.status).toBe(303);
    expect(answer.cookies.find((cookie) => cookie.startsWith('sid='))).not.toContain(old);
    expect((await knock(house.url, 'get', '/cabinet', { cookie: old })).location).toContain('/login');
  });

  it('v5.0.0-7.3.2 ends thirty days after the login, however often it is used', async () => {
    const cookie = await signIn(house, (await createUser(house)).email);
    const startedDaysAgo = (days: number) =>
      house.database.pool.query(
        `UPDATE sessions SET sess = jsonb_set(sess::jsonb, '{startedAt}', to_jsonb($1::text))::json`,
        [new Date(Date.now() - days * 86_400_000).toISOString()],
      );
    await startedDaysAgo(29);
    expect((await knock(house.url, 'get', '/cabinet', { cookie })).status).toBe(200);
    await startedDaysAgo(31);
    expect((await knock(house.url, 'get', '/cabinet', { cookie })).location).toContain('/login');
  });
});

describe('tries are counted by who really asks', () => {
  const ask = async (from: string) => {
    const body = urlencoded([['email', `nobody${Math.random()}@example.com`]]);
    const headers = { 'x-forwarded-for': from };
    return (await send(house.url, 'POST', '/confirmation/letter', { body, headers })).status;
  };
  const many = async (from: (n: number) => string): Promise<number[]> => {
    const statuses: number[] = [];
    for (let n = 1; n <= 21; n += 1) statuses.push(await ask(from(n)));
    return statuses;
  };

  it('v5.0.0-15.3.4 an address that the client made up in front of its own counts for nothing', async () => {
    const statuses = await many((n) => `198.51.100.${n}, 203.0.113.7`);
    expect(statuses).toEqual([...Array(20).fill(303), 429]);
    expect(await ask('203.0.113.8')).toBe(303);
  });

  it('v5.0.0-6.3.1 all addresses of one IPv6 customer are one', async () => {
    expect((await many((n) => `2001:db8:1:2:${n}::${n}`)).at(-1)).toBe(429);
    expect(await ask('2001:db8:1:3::1')).toBe(303);
  });
});

describe('a letter with a one-time link', () => {
  it('v5.0.0-4.1.3 leads to our own address, whatever Host the request named', async () => {
    const { email } = await createUser(house);
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' };
    await send(house.url, 'POST', '/password-reset', { body: urlencoded([['email', email]]), headers });
    await house.drain();
    const [letter] = await lettersTo(house.outbox, email);
    expect(letter?.text).toContain('https://cabinet.example.com/password-reset/new?token=');
    expect(letter?.text).not.toContain('evil.example');
  });

  it('v5.0.0-14.2.7 does not lie in the queue for days after it was sent', async () => {
    expect((await house.queue.boss.getQueue('mail.send'))?.deleteAfterSeconds).toBeLessThanOrEqual(600);
  });
});

describe('what a form says', () => {
  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/\t/evil.example', 'javascript:alert(1)'])(
    'v5.0.0-3.7.2 never leads out of the house: %j',
    async (next) => {
      const { email } = await createUser(house);
      const answer = await knock(house.url, 'post', '/login', { form: { login: email, password, next } });
      expect(`${answer.status} ${answer.location}`).toBe('303 /');
    },
  );

  it('v5.0.0-15.3.3 cannot give what it has no field for', async () => {
    const more = { role: 'admin', status: 'approved', emailConfirmedAt: '2026-01-01', id: '1', sessionEpoch: '9' };
    const form = {
      name: 'climber',
      email: 'climber@example.com',
      password: 'a long good password',
      personalData: 'on',
    };
    await knock(house.url, 'post', '/register', { form: { ...form, ...more } });
    const made = await house.database.db.user.findUniqueOrThrow({ where: { email: form.email } });
    expect(made).toMatchObject({ role: 'user', status: 'pending', emailConfirmedAt: null, sessionEpoch: 0 });
  });
});

describe('in production', () => {
  let production: TestHouse;
  beforeAll(async () => {
    production = await openTestHouse({
      NODE_ENV: 'production',
      BASE_URL: 'https://cabinet.example.com',
      SMTP_URL: 'smtp://127.0.0.1:1',
    });
  });
  afterAll(() => production.close());

  it('v5.0.0-13.4.2 the workshop does not exist', async () => {
    for (const path of ['/dev/components', '/dev/outbox'])
      expect((await knock(production.url, 'get', path)).status).toBe(404);
  });

  it('v5.0.0-3.3.1 the session is a __Host- cookie, for HTTPS only, and out of reach of scripts', async () => {
    const { email } = await createUser(production);
    const { headers } = await send(production.url, 'POST', '/login', {
      body: urlencoded([
        ['login', email],
        ['password', password],
      ]),
      headers: { 'x-forwarded-proto': 'https' },
    });
    const cookie = [headers['set-cookie']].flat().join('\n');
    expect(cookie).toMatch(/^__Host-sid=/);
    for (const flag of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']) expect(cookie).toContain(flag);
    expect(cookie).not.toContain('Domain');
    expect(headers['strict-transport-security']).toContain('max-age=31536000');
  });
});

it('v5.0.0-2.4.1 many who ask at once whether the house is ready cost one look', async () => {
  let looks = 0;
  const ok = async (): Promise<boolean> => {
    looks += 1;
    return true;
  };
  const server = createServer(express().use(health([{ name: 'database', ok }])));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answers = await Promise.all(Array.from({ length: 20 }, () => knock(url, 'get', '/readyz')));
  server.close();
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(looks).toBeLessThan(5);
});
