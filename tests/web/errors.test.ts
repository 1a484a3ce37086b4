import { createServer } from 'node:net';
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

// While it recovers, and when all places are taken, PostgreSQL takes the connection only to say so.
test.each([
  ['57P03', 'the database system is in recovery mode'],
  ['53300', 'sorry, too many clients already'],
])('%s is the database being away, through whichever door', async (code, message) => {
  const words = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const refusal = Buffer.concat([Buffer.from('E'), Buffer.alloc(4), words]);
  refusal.writeInt32BE(words.length + 4, 1);
  const server = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.end(refusal)));
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const database = openDatabase(
    `postgresql://nobody:none@127.0.0.1:${port}/none`,
    { connections: 1, lanes: 1 },
    () => {},
  );
  const { db, sql } = database;
  const doors = [
    () => db.$transaction((tx) => tx.user.count()),
    () => db.user.count(),
    () => db.$queryRaw`SELECT 1`,
    () => sql.rows(q`SELECT 1`),
  ];
  const answers = doors.map((ask) => Promise.resolve(ask()).catch((error) => asHttpError(error).status));
  expect(await Promise.all(answers)).toEqual([503, 503, 503, 503]);
  await database.close();
  server.close();
});

test('a fault of ours stays one', () => {
  expect(asHttpError(new TypeError('x is not a function')).status).toBe(500);
});
