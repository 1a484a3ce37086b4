import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
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
  ['gzip, deflate, br', 'br', brotliDecompressSync],
  ['gzip', 'gzip', gunzipSync],
  ['br;q=0, gzip', 'gzip', gunzipSync],
  ['identity', undefined, (body: Buffer) => body],
] as const)('a page comes packed as the browser likes it: %s', async (accepted, encoding, unpack) => {
  const { headers, body } = await ask('GET', accepted);
  expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'content-length': String(body.length) });
  expect(headers['content-encoding']).toBe(encoding);
  expect(headers.vary).toContain('Accept-Encoding');
  expect(unpack(body).toString()).toMatch(/^\s*<!doctype html>[\s\S]*<\/html>\s*$/);
});

test('HEAD says what GET would, and sends nothing', async () => {
  const { headers, body } = await ask('HEAD', 'br');
  expect(body).toHaveLength(0);
  expect(headers['content-encoding']).toBe('br');
  expect(Number(headers['content-length'])).toBeGreaterThan(1000);
});
