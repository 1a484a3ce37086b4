import { expect, test } from 'vitest';
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

test('a fault of ours stays one', () => {
  expect(asHttpError(new TypeError('x is not a function')).status).toBe(500);
});
