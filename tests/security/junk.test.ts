import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routeSpecs } from '../../src/routes.ts';
import type { RouteSpec } from '../../src/web/page.ts';
import { encodeCursor } from '../../src/web/paginate.ts';
import { baseOf } from '../factories/bases.ts';
import { importThrough, oldSheet, phone, workbook } from '../factories/imports.ts';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { signIn } from '../support/knock.ts';
import { createOwned, fill, type Objects } from '../whole/objects.ts';
import { fieldNames, multipart, plausible, urlencoded } from './fields.ts';
import { type Sent, send } from './send.ts';

// Logging out would end the session that the other requests need.
const specs = routeSpecs().filter(({ path }) => path !== '/logout');
const posts = specs.filter(({ method }) => method === 'post');
const gets = specs.filter(({ method }) => method === 'get');

let house: TestHouse;
let objects: Objects;
let agentCookie: string;
let adminCookie: string;

beforeAll(async () => {
  house = await openTestHouse();
  const agent = await createUser(house);
  const admin = await createUser(house, { role: 'admin' });
  const worker = await createUser(house);
  [agentCookie, adminCookie] = await Promise.all([signIn(house, agent.email), signIn(house, admin.email)]);
  const [own, workers] = [await createOwned(house, agent), await createOwned(house, worker)];
  const table = await workbook([oldSheet('Вотсап', [phone(1)])]);
  const { db } = house.database;
  objects = {
    ':format': 'csv',
    ':handle': 'a'.repeat(64),
    ':fileId': own.file,
    '/notifications/:id': own.notice,
    '/cabinet/issuances/:id': own.issuance,
    '/cabinet/contacts/:id': own.contact,
    '/cabinet/leads/:id': own.lead,
    '/admin/users/:id': worker.id,
    '/admin/bases/:id': (await baseOf(house, 'email')).id,
    '/admin/contacts/:id': workers.contact,
    '/admin/leads/:id': workers.lead,
    '/admin/lead-types/:id': (await db.leadType.findFirstOrThrow()).id,
    '/admin/rejection-reasons/:id': (await db.rejectionReason.findFirstOrThrow()).id,
    '/admin/limits/:id': workers.limitRequest,
    '/admin/suppressions/:id': (
      await db.suppression.create({ data: { key: '+79000000002', value: '+79000000002', reason: 'Просил' } })
    ).id,
    '/support/threads/:id': workers.thread,
    '/support/threads/:id/messages/:saidId': workers.message,
    '/support/threads/:id/notes/:saidId': workers.note,
    '/support/notes/:id': workers.note,
    '/support/threads/:id/leads/:leadId': workers.lead,
    '/cabinet/support/threads/:id/messages/:saidId': own.message,
    '/admin/jobs/:name': 'accounts.sweep',
    '/cabinet/support/threads/:id': own.thread,
    '/admin/departments/:id': (await db.department.findFirstOrThrow()).id,
    '/support/replies/:id': (await db.cannedReply.create({ data: { title: 'Привет', text: 'Здравствуйте!' } })).id,
    '/admin/purposes/:id': (await db.purpose.findFirstOrThrow()).id,
    '/admin/operators/:id': admin.id,
    '/admin/imports/:id': await importThrough(house, await house.as(admin), 'base.xlsx', table),
  };
});
afterAll(() => house.close());

const cookieFor = ({ can }: RouteSpec): string | undefined =>
  can === 'public' ? undefined : can.startsWith('staff:') ? adminCookie : agentCookie;

/** Asks all of them, a few at once; what answered 5xx (or, told so, anything not allowed) is a fault. */
async function faultsOf<T>(of: T[], ask: (one: T) => Promise<Sent>, name: (one: T) => string, fine = below500, at = 4) {
  const waiting = [...of];
  const faults: string[] = [];
  const worker = async (): Promise<void> => {
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      const { status } = await ask(one);
      if (!fine(status)) faults.push(`${name(one)}: ${status}`);
    }
  };
  await Promise.all(Array.from({ length: at }, worker));
  return faults.sort();
}
const below500 = (status: number): boolean => status >= 200 && status < 500;
const named = ({ method, path }: RouteSpec): string => `${method.toUpperCase()} ${path}`;

const every = (value: string): [string, string][] => fieldNames.map((name) => [name, value]);
const junk: [string, () => [string, string][]][] = [
  ['nothing', () => []],
  ['a NUL in every text', () => plausible('\0')],
  ['half a letter in every text', () => plausible('\ud83d'.toWellFormed())],
  ['nothing but NULs', () => every('\0\0')],
  ['v5.0.0-15.3.7 every field twice', () => plausible('').flatMap((field) => [field, field])],
  ['ten thousand letters in every field', () => every('Щ'.repeat(5000))],
  ['numbers that no column holds', () => every('99999999999999999999')],
  ['numbers just past a column', () => every('2147483648')],
  ['signs of a query', () => every("%_\\';--*(?:(")],
  [
    'lists and objects',
    () =>
      fieldNames.flatMap((name) => [
        [`${name}[]`, '1'],
        [`${name}[a][b]`, '2'],
      ]),
  ],
  [
    'v5.0.0-15.3.6 names of the language itself',
    () =>
      ['__proto__', 'constructor', 'prototype', '__proto__[role]', 'toString', 'hasOwnProperty', 'length'].map(
        (name) => [name, 'admin'],
      ),
  ],
];

describe('v5.0.0-2.2.1 a form with junk in it is refused in words and never breaks the house', () => {
  it.each(junk)('%s', async (_what, make) => {
    const faults = await faultsOf(
      posts,
      (spec) => {
        const sent = spec.upload ? multipart(make(), 'имя\0.csv') : { body: urlencoded(make()), type: undefined };
        const { body, type } = sent;
        return send(house.url, 'POST', fill(spec.path, objects), {
          cookie: cookieFor(spec),
          body,
          ...(type ? { type } : {}),
        });
      },
      named,
      below500,
      1,
    );
    expect(faults).toEqual([]);
  });

  const raw: [string, string, Buffer | string][] = [
    [
      'bytes that are no UTF-8',
      'application/x-www-form-urlencoded',
      Buffer.from('login=%ff%fe&text=\xff\xfe%', 'latin1'),
    ],
    ['another alphabet than it can read', 'application/x-www-form-urlencoded; charset=utf-7', 'a=b'],
    ['JSON', 'application/json', '{"login":{"$ne":1}}'],
    ['a multipart form without a boundary', 'multipart/form-data', 'x'],
    [
      'a multipart form that breaks off',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; na',
    ],
    [
      'a file that breaks off',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
    ],
    [
      'a part without a name',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--\r\n',
    ],
  ];
  it.each(raw)('%s', async (_what, type, body) => {
    const ask = (spec: RouteSpec) =>
      send(house.url, 'POST', fill(spec.path, objects), { cookie: cookieFor(spec), type, body });
    expect(await faultsOf(posts, ask, named, below500, 1)).toEqual([]);
  });
});

describe('v5.0.0-2.2.1 an address with junk in it shows something sensible', () => {
  const cursors = [[null], ['\0'], [1e308], ['x', 1], ['\0', 1]].map((values) =>
    encodeCursor(values as (string | number | null)[]),
  );
  const queries = [
    ...cursors.map((cursor) => `after=${cursor}`),
    'after=e30&before=%00',
    ...['%00', '%ff', '99999999999999999999', '2026-99-99'].map((value) =>
      fieldNames.map((name) => `${name}=${value}`).join('&'),
    ),
    fieldNames.map((name) => `${name}=1&${name}=2&${name}[]=3`).join('&'),
  ];

  it('v5.0.0-1.2.4 in its query', async () => {
    const asked = gets.flatMap((spec) => queries.map((query) => ({ spec, query })));
    const ask = ({ spec, query }: { spec: RouteSpec; query: string }) =>
      send(house.url, 'GET', `${fill(spec.path, objects)}?${query}`, {
        cookie: cookieFor(spec),
        headers: { 'last-event-id': '9007199254740991' },
      });
    expect(await faultsOf(asked, ask, ({ spec, query }) => `${named(spec)}?${query.slice(0, 60)}`)).toEqual([]);
  });

  it('v5.0.0-8.2.2 in the place of an id: such an object does not exist', async () => {
    const ids = ['0', '-1', '2147483647', '2147483648', '99999999999999999999', '1.5', 'abc', '%00', randomUUID()];
    const withIds = specs.filter(({ path }) => /:(id|fileId)\b/.test(path));
    const asked = withIds.flatMap((spec) =>
      ids.map((id) => ({ spec, path: spec.path.replaceAll(/:(id|fileId)/g, id).replace(':format', 'csv') })),
    );
    const ask = ({ spec, path }: { spec: RouteSpec; path: string }) =>
      send(house.url, spec.method === 'get' ? 'GET' : 'POST', path, {
        cookie: cookieFor(spec),
        ...(spec.method === 'post' ? { body: urlencoded(plausible('')) } : {}),
      });
    const fine = (status: number) => status === 404 || status === 422;
    expect(await faultsOf(asked, ask, ({ spec, path }) => `${named(spec)} ${path}`, fine)).toEqual([]);
  });
});
