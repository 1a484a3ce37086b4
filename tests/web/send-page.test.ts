import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { Request, Response } from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendJson, sendPage } from '../../src/web/send-page.ts';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());

function ask(method: 'GET' | 'HEAD', accepted: string) {
  return new Promise<{ headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const sent = request(`${house.url}/login`, { method, headers: { 'accept-encoding': accepted } }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () => resolve({ headers: answer.headers, body: Buffer.concat(pieces) }));
    });
    sent.once('error', reject).end();
  });
}

test.each([
  ['gzip, deflate, br, zstd', 'gzip', gunzipSync],
  ['gzip', 'gzip', gunzipSync],
  ['br', undefined, (body: Buffer) => body],
  ['gzip;q=0, br', undefined, (body: Buffer) => body],
  ['identity', undefined, (body: Buffer) => body],
] as const)('a page comes packed if the browser takes that: %s', async (accepted, encoding, unpack) => {
  const { headers, body } = await ask('GET', accepted);
  expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'content-length': String(body.length) });
  expect(headers['content-encoding']).toBe(encoding);
  expect(headers.vary).toContain('Accept-Encoding');
  expect(unpack(body).toString()).toMatch(/^\s*<!doctype html>[\s\S]*<\/html>\s*$/);
});

test('HEAD says what GET would, and sends nothing', async () => {
  const { headers, body } = await ask('HEAD', 'gzip, br');
  expect(body).toHaveLength(0);
  expect(headers['content-encoding']).toBe('gzip');
  expect(Number(headers['content-length'])).toBeGreaterThan(1000);
});

// What an answer of ours was given.
function sent(send: (req: Request, res: Response) => void) {
  const given = { headers: {} as Record<string, string>, body: Buffer.alloc(0) };
  const res = {
    set: (name: string | Record<string, string>, value = '') =>
      Object.assign(given.headers, typeof name === 'string' ? { [name]: value } : name),
    end: (body: Buffer) => Object.assign(given, { body }),
  };
  send({ headers: { 'accept-encoding': 'gzip' }, acceptsEncodings: () => 'gzip' } as never, res as never);
  return given;
}

test('one packer packs short after long, what packs well and what does not, and answers share nothing', () => {
  let seed = 7;
  const next = (): number => (seed = (seed * 48_271) % 2_147_483_647);
  const letters = (length: number, kinds: number): string =>
    Array.from({ length }, () => String.fromCharCode(48 + (next() % kinds))).join('');
  const bodies = Array.from({ length: 300 }, (_, n) =>
    n % 50 === 0 ? letters(400_000, 900) : letters(1 + (next() % 30_000), n % 2 ? 3 : 900),
  );
  const answers = bodies.map((body) => sent((req, res) => sendPage(req, res, body)));
  for (const [n, { headers, body }] of answers.entries()) {
    const text = headers['Content-Encoding'] === 'gzip' ? gunzipSync(body) : body;
    expect(text.equals(Buffer.from(bodies[n] ?? ''))).toBe(true);
    expect(headers['Content-Length']).toBe(String(body.length));
  }
  expect(answers.filter(({ headers }) => headers['Content-Encoding']).length).toBeGreaterThan(250);
});

test('a part of a page in JSON is packed too', () => {
  const { headers, body } = sent((req, res) => sendJson(req, res, { html: '<p>news</p>'.repeat(200) }));
  expect(headers).toMatchObject({
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Encoding': 'gzip',
    Vary: 'Accept-Encoding',
  });
  expect(JSON.parse(gunzipSync(body).toString()).html).toHaveLength(2_200);
});

test('a page that says what went wrong is packed as any other', async () => {
  const browser = await house.as(await createUser(house));
  const { headers } = await browser.get('/cabinet/nothing-here').set('accept-encoding', 'gzip').expect(404);
  expect(headers['content-encoding']).toBe('gzip');
});
