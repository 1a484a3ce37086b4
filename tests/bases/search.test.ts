import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlDoor } from '../../src/db.ts';
import { compile, q, type Sql } from '../../src/lib/sql.ts';
import { ContactFilter } from '../../src/modules/bases/contact-filter.ts';
import { contactsPage } from '../../src/modules/bases/contacts.ts';
import { search } from '../../src/modules/bases/search.ts';
import { baseOf, createBase, fillBase } from '../factories/bases.ts';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';

let house: TestHouse;
let staff: Visitor;

const contacts = {
  russian: ['whatsapp', '+79003942615', '8 (900) 394-26-15'],
  long: ['whatsapp', '+882130098765432', '+882 1300 98765432'],
  short: ['whatsapp', '+3725001234', '+372 500 1234'],
  nick: ['telegram', 'telegram:Invented_Fox'.toLowerCase(), '@Invented_Fox'],
  words: ['list', 'text:иван петров, тверь', 'Иван Петров, Тверь'],
  percent: ['telegram', 'telegram:hundred_percent', '@hundred_percent'],
} as const;
type Name = keyof typeof contacts;

beforeAll(async () => {
  house = await openTestHouse();
  staff = await house.as(await createUser(house, { role: 'admin' }));
  await createBase(house, { code: 'list', kind: 'text' });
  for (const [code, key, value] of Object.values(contacts)) {
    const { id } = await baseOf(house, code);
    await house.database.sql.run(q`INSERT INTO contacts (base_type_id, key, value) VALUES (${id}, ${key}, ${value})`);
  }
});
afterAll(() => house.close());

describe('staff find a contact by a part of it', () => {
  const cases: [string, Name[]][] = [
    ['394-26-15', ['russian']],
    ['39426', ['russian']],
    ['2615', ['russian']],
    ['8 (900) 394', ['russian']],
    ['900\u00a0394', ['russian']],
    ['98765432', ['long']],
    ['5432', ['long']],
    ['1234', ['short']],
    ['394-26-16', []],
    ['2651', []],
    ['fox', ['nick']],
    ['ENTED_F', ['nick']],
    ['Петров', ['words']],
    ['тверь', ['words']],
    ['ИВАН ПЕ', ['words']],
    ['d_p', ['percent']],
    ['d%p', []],
    ['t_ed', []],
  ];
  it.each(cases)('%s', async (text, found) => {
    const { text: page } = await staff.get(`/admin/contacts?q=${encodeURIComponent(text)}`);
    const ids = await house.database.sql.rows<{ id: number; key: string }>(q`SELECT id, key FROM contacts`);
    const shown = ids.filter(({ id }) => page.includes(`href="/admin/contacts/${id}"`)).map(({ key }) => key);
    expect(shown.sort()).toEqual(found.map((name) => contacts[name][1]).sort());
  });
});

it('what is found in a base that came while it was looked for has its base', async () => {
  const ctx = house.ctx();
  let asked = 0;
  const sql: SqlDoor = {
    ...ctx.sql,
    rows: async <T extends object>(statement: Sql, name?: string) => {
      const rows = await ctx.sql.rows<T & { code?: string }>(statement, name);
      return name === 'bases.types' && ++asked === 1 ? rows.filter(({ code }) => code !== 'list') : rows;
    },
  };
  const { found } = await contactsPage(
    { ...ctx, sql },
    ContactFilter.parse({ q: 'тверь' }),
    { values: null, backward: false },
    50,
  );
  expect(found).toMatchObject([{ key: contacts.words[1], kind: 'text' }]);
  expect(asked).toBe(2);
});

it('a search of millions goes by the indexes: their expressions and the queries are the same', async () => {
  await fillBase(house, await baseOf(house, 'viber'), 3000);
  await house.database.sql.raw('ANALYZE contacts');
  for (const [text, indexes] of [
    ['394-26-15', ['contacts_phone_parts', 'contacts_key_key']],
    ['3942615', ['contacts_phone_parts', 'contacts_word_parts', 'contacts_key_key']],
    ['fox', ['contacts_word_parts', 'contacts_key_key']],
  ] as const) {
    const plan = await planOf(q`SELECT id FROM contacts c WHERE ${search(text)}`);
    expect(plan).not.toContain('Seq Scan');
    for (const index of indexes) expect(plan).toContain(index);
  }
});

// Of a few rows PostgreSQL reads them all, rightly: told not to, it shows whether it could do otherwise.
async function planOf(query: Sql): Promise<string> {
  const client = await house.database.pool.connect();
  try {
    await client.query('BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off');
    const { text, values } = compile(query);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}
