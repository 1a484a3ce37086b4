import type { Test } from 'supertest';

/** Asks for a file: the answer's body is its bytes, whatever the type says. */
export const bytes = (request: Test): Test =>
  request.buffer(true).parse((response, done) => {
    const pieces: Buffer[] = [];
    response.on('data', (piece: Buffer) => pieces.push(piece));
    response.on('end', () => done(null, Buffer.concat(pieces)));
  });
