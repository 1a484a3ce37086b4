import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
