import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import express, { type Response } from 'express';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SheetSource } from '../../src/lib/xlsx/index.ts';
import { sendTable, sendText } from '../../src/web/table-download.ts';

let url = '';
let faults: unknown[] = [];
let open = 0;
let ended = 0;
let answers: (() => void)[] = [];

async function* rows(): AsyncGenerator<string[][]> {
  open += 1;
  try {
    for (let batch = 0; batch < 400; batch += 1) {
      yield Array.from({ length: 100 }, (_, at) => [
        `${batch}:${at}`,
        Math.sin(batch * 100 + at)
          .toString(36)
          .repeat(8),
      ]);
    }
  } finally {
    open -= 1;
  }
}

async function* texts(): AsyncGenerator<string> {
  for await (const batch of rows()) yield batch.map((row) => `${row.join(' ')}\r\n`).join('');
}

async function* broken(): AsyncGenerator<string[][]> {
  yield [['a', 'b']];
  throw new Error('the rows are broken');
}

const sheet = (of: SheetSource['rows']): SheetSource => ({
  name: 'A',
  columns: [{ header: 'A' }, { header: 'B' }],
  rows: of,
});
const ways: Record<string, (res: Response) => Promise<void>> = {
  xlsx: (res) => sendTable(res, { name: 'a', format: 'xlsx', sheet: sheet(rows()) }),
  csv: (res) => sendTable(res, { name: 'a', format: 'csv', sheet: sheet(rows()) }),
  txt: (res) => sendText(res, 'a', texts()),
  'broken.xlsx': (res) => sendTable(res, { name: 'a', format: 'xlsx', sheet: sheet(broken()) }),
};

const app = express().get('/:way', async (req, res) => {
  try {
    await ways[req.params.way]?.(res);
  } catch (error) {
    faults.push(error);
    res.destroy();
  } finally {
    ended += 1;
    for (const tell of answers.splice(0)) tell();
  }
});
const server = createServer(app);

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  [faults, ended, answers] = [[], 0, []];
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const asked = (way: string, encoding = 'identity'): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(`${url}/${way}`, { headers: { 'accept-encoding': encoding }, agent: false }, resolve).once('error', reject);
  });

/** Takes so many bytes and hangs up; resolves when the server is through with it. */
async function leaveAfter(bytes: number, way: string, encoding: string): Promise<void> {
  const through = new Promise<void>((resolve) => answers.push(resolve));
  const answer = await asked(way, encoding);
  answer.on('error', () => {});
  let taken = 0;
  if (bytes === 0) answer.destroy();
  answer.on('data', (piece: Buffer) => {
    taken += piece.length;
    if (taken >= bytes) answer.destroy();
  });
  await through;
}

async function whole(way: string, encoding?: string): Promise<{ answer: IncomingMessage; body: Buffer }> {
  const answer = await asked(way, encoding);
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece);
  return { answer, body: Buffer.concat(pieces) };
}

describe('a download that is closed midway', () => {
  for (const [way, encoding] of [
    ['xlsx', 'identity'],
    ['csv', 'identity'],
    ['csv', 'gzip'],
    ['txt', 'gzip'],
  ] as const) {
    it(`is no fault of ours, and closes what its rows came from (${way}, ${encoding})`, async () => {
      const places = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? at * 40 : at * 20_000));
      for (const bytes of places) await leaveAfter(bytes, way, encoding);
      expect(faults).toEqual([]);
      expect([ended, open]).toEqual([40, 0]);
    });
  }
});

it('a fault of ours while a file is sent is told, and the file breaks off', async () => {
  await expect(whole('broken.xlsx')).rejects.toThrow('aborted');
  expect(faults).toEqual([new Error('the rows are broken')]);
});

it('a list is packed for whoever takes it packed, and is the same list', async () => {
  const [plain, packed] = [await whole('csv'), await whole('csv', 'gzip')];
  expect(plain.answer.headers['content-encoding']).toBeUndefined();
  expect(packed.answer.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
  expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
  expect(plain.body.toString().split('\r\n')).toHaveLength(40_002);
  expect((await whole('xlsx', 'gzip')).answer.headers['content-encoding']).toBeUndefined();
});
