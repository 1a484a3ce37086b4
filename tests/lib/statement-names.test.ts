import { expect, test } from 'vitest';
import { createStatementNames, onlyReads } from '../../src/statement-names.ts';

test.each([
  ['SELECT 1', true],
  ['\n  WITH a AS (SELECT 1) SELECT * FROM a', true],
  ['SELECT updated_at, deleted FROM contacts WHERE "for" = $1', true],
  ['SELECT id FROM threads WHERE id = $1 FOR UPDATE', false],
  ['SELECT id FROM threads FOR NO KEY UPDATE OF t', false],
  ['SELECT id FROM threads FOR KEY SHARE SKIP LOCKED', false],
  ['WITH gone AS (DELETE FROM contacts RETURNING id) SELECT count(*) FROM gone', false],
  ['SELECT pg_advisory_xact_lock(1)', false],
  ["SELECT nextval('contacts_id_seq')", false],
  ["SELECT pg_notify('live', $1)", false],
  ['INSERT INTO contacts SELECT 1', false],
  ['UPDATE users SET name = $1', false],
])('%s only reads: %s', (text, reads) => {
  expect(onlyReads(text)).toBe(reads);
});

test('a text gets a name when it comes for the third time; a search, or what acts, never', () => {
  const known = createStatementNames();
  const names = (text: string, name?: string) => [1, 2, 3, 4].map(() => known.of(name ? { name, text } : { text }));
  const [first, second, third, fourth] = names('SELECT a FROM b WHERE c = $1');
  expect([first, second]).toEqual([undefined, undefined]);
  expect(third).toBeTypeOf('string');
  expect(fourth).toBe(third);
  expect(new Set(names('SELECT other FROM b')).has(third)).toBe(false);
  expect(names('SELECT a FROM b WHERE lower(c) LIKE $1')).toEqual(Array(4).fill(undefined));
  expect(names('UPDATE b SET c = $1')).toEqual(Array(4).fill(undefined));
  expect(names('SELECT 1', 'mine')).toEqual(Array(4).fill('mine'));
  expect(names('UPDATE b SET c = $1', 'write')).toEqual(Array(4).fill(undefined));
});

test('no more texts are named than PostgreSQL should keep plans of', () => {
  const known = createStatementNames();
  const named = Array.from({ length: 500 }, (_, n) => [1, 2, 3].map(() => known.of({ text: `SELECT ${n}` })).at(-1));
  expect(named.filter((name) => name !== undefined)).toHaveLength(200);
});

test('what is slow again and again is not in anybody’s way, whether it has a name or was given one; one stall is forgiven', () => {
  const known = createStatementNames();
  const [report, count] = [{ name: 'report', text: 'SELECT 1' }, { text: 'SELECT count(*) FROM a' }];
  for (const statement of [report, count]) {
    for (let n = 0; n < 5; n += 1) known.of(statement);
    known.took(statement, 900);
    for (let n = 0; n < 10; n += 1) known.took(statement, 3);
    known.took(statement, 900);
    expect(known.of(statement)).toBeDefined();
    known.took(statement, 900);
    expect(known.of(statement)).toBeUndefined();
  }
});
