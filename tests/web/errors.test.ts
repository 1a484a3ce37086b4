import { createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/db.ts';
import { q } from '../../src/lib/sql.ts';
import { freePort } from '../../src/postgres/port.ts';
import { asHttpError } from '../../src/web/errors.ts';

// What pg says of a lost connection, in words and without a code.
test.each([
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
  'timeout exceeded when trying to connect',
])('«%s» is the database being away, not a fault of ours', (message) => {
  expect(asHttpError(new Error(message)).status).toBe(503);
});

// What the socket says of one that is lost while we write.
test.each(['EPIPE', 'ECONNRESET'])('%s is the database being away, not a fault of ours', (code) => {
  expect(asHttpError(Object.assign(new Error(`write ${code}`), { code })).status).toBe(503);
});

const refusal = (code: string, message: string): Buffer =>
  packet('E', Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`));
// Whoever comes is let in, and may ask.
const welcome = Buffer.concat([packet('R', Buffer.alloc(4)), packet('Z', Buffer.from('I'))]);

// While it recovers, and when all places are taken, PostgreSQL takes the connection only to say so. One that is killed says nothing.
test.each<[string, (socket: Socket) => void]>([
  ['a server that recovers', (socket) => socket.end(refusal('57P03', 'the database system is in recovery mode'))],
  ['a server whose places are taken', (socket) => socket.end(refusal('53300', 'sorry, too many clients already'))],
  [
    'a server that dies at the first question',
    (socket) => void socket.once('data', () => socket.resetAndDestroy()).write(welcome),
  ],
])('%s is the database being away, through whichever door', async (_, receive) => {
  const server = createServer((socket) => socket.on('error', () => {}).once('data', () => receive(socket)));
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const url = `postgresql://nobody:none@127.0.0.1:${port}/none`;
  const { db, sql, close } = openDatabase(url, { connections: 1, lanes: 1 }, () => {});
  const doors = [
    () => db.$transaction((tx) => tx.user.count()),
    () => db.user.count(),
    () => db.$queryRaw`SELECT 1`,
    () => sql.rows(q`SELECT 1`),
  ];
  for (const ask of doors) {
    const status = await Promise.resolve(ask()).catch((error) => asHttpError(error).status);
    expect(status, String(ask)).toBe(503);
  }
  await close();
  server.close();
});

function packet(letter: string, body: Buffer): Buffer {
  const head = Buffer.from([letter.charCodeAt(0), 0, 0, 0, 0]);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

test('a fault of ours stays one', () => {
  expect(asHttpError(new TypeError('x is not a function')).status).toBe(500);
});
