import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Permission, permissions } from '../../src/permissions.ts';
import { routeSpecs } from '../../src/routes.ts';
import type { RouteSpec } from '../../src/web/page.ts';
import { baseOf } from '../factories/bases.ts';
import { pixel } from '../factories/files.ts';
import { importThrough, oldSheet, phone, workbook } from '../factories/imports.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type Answer, knock, signIn } from '../support/knock.ts';
import { createOwned, fill, type Objects } from './objects.ts';

type Role = 'stranger' | 'unconfirmed' | 'pending' | 'agent' | 'support' | 'admin';

const anybody: Role[] = ['unconfirmed', 'pending', 'agent', 'support', 'admin'];
const agents: Role[] = ['agent'];
const staff: Role[] = ['support', 'admin'];
const admins: Role[] = ['admin'];

// Who may do what, said once more and independently of src/permissions.ts: a new permission has to be decided here too.
const who: Record<Permission, Role[]> = {
  'self:account:manage': anybody,
  'self:thread:write': anybody,
  'agent:contacts:take': agents,
  'agent:contacts:work': agents,
  'agent:limits:request': agents,
  'agent:leads:report': agents,
  'staff:users:read': staff,
  'staff:users:approve': admins,
  'staff:users:ban': admins,
  'staff:users:manage': admins,
  'staff:bases:read': admins,
  'staff:bases:manage': admins,
  'staff:contacts:read': staff,
  'staff:contacts:manage': admins,
  'staff:contacts:export': admins,
  'staff:limits:grant': staff,
  'staff:imports:run': admins,
  'staff:suppressions:manage': admins,
  'staff:leads:read': staff,
  'staff:leads:review': admins,
  'staff:leads:export': admins,
  'staff:stats:read': admins,
  // Heads of departments besides: tests/threads/numbers.test.ts.
  'staff:numbers:read': admins,
  'staff:threads:answer': staff,
  'staff:desk:manage': admins,
  'staff:settings:manage': admins,
  'staff:audit:read': admins,
};

// Logging out comes last, for it ends the session that the other requests need.
const specs = routeSpecs().sort((a, b) => Number(a.path === '/logout') - Number(b.path === '/logout'));
const gets = specs.filter(({ method }) => method === 'get');
const posts = specs.filter(({ method }) => method === 'post');

let house: TestHouse;
let other: string;
let objects: Objects;
let people: Partial<Record<Role, TestUser>>;
const cookies: Partial<Record<Role, string>> = {};

beforeAll(async () => {
  house = await openTestHouse();
  const agent = await createUser(house);
  people = {
    unconfirmed: await createUser(house, { status: 'pending', confirmed: false }),
    pending: await createUser(house, { status: 'pending' }),
    agent,
    support: await createUser(house, { role: 'support' }),
    admin: await createUser(house, { role: 'admin' }),
  };
  await everybodyLogsIn();
  other = await signIn(house, (await createUser(house)).email);
  objects = await createObjects(agent);
});
afterAll(() => house.close());

async function everybodyLogsIn(): Promise<void> {
  for (const [role, user] of Object.entries(people)) cookies[role as Role] = await signIn(house, user.email);
}

async function createObjects(agent: TestUser): Promise<Objects> {
  const worker = await createUser(house);
  const own = await createOwned(house, agent);
  const workers = await createOwned(house, worker);
  const admin = await house.as(await createUser(house, { role: 'admin' }));
  const imported = await importThrough(house, admin, 'base.xlsx', await workbook([oldSheet('Вотсап', [phone(1)])]));
  const stopped = { key: '+79000000002', value: '+79000000002', reason: 'Просил не звонить' };
  const suppression = await house.database.db.suppression.create({ data: stopped });
  return {
    ':format': 'csv',
    '/account/sessions/:handle': await sessionOf(agent),
    '/notifications/:id': own.notice,
    '/cabinet/issuances/:id': own.issuance,
    '/cabinet/contacts/:id': own.contact,
    '/cabinet/leads/drafts/:fileId': await draftOf(agent),
    '/cabinet/leads/:id': own.lead,
    '/cabinet/leads/:id/files/:fileId': own.file,
    '/cabinet/support/threads/:id': own.thread,
    '/cabinet/support/threads/:id/messages/:saidId': own.message,
    '/cabinet/support/threads/:id/files/:fileId': own.file,
    '/admin/users/:id': worker.id,
    '/admin/bases/:id': (await baseOf(house, 'email')).id,
    '/admin/contacts/:id': workers.contact,
    '/admin/leads/:id': workers.lead,
    '/admin/leads/:id/files/:fileId': workers.file,
    '/admin/lead-types/:id': (await house.database.db.leadType.findFirstOrThrow()).id,
    '/admin/rejection-reasons/:id': (await house.database.db.rejectionReason.findFirstOrThrow()).id,
    '/admin/limits/:id': workers.limitRequest,
    '/admin/suppressions/:id': suppression.id,
    '/support/threads/:id': workers.thread,
    '/support/threads/:id/messages/:saidId': workers.message,
    '/support/threads/:id/notes/:saidId': workers.note,
    '/support/notes/:id': workers.note,
    '/support/threads/:id/leads/:leadId': workers.lead,
    '/admin/departments/:id': (await house.database.db.department.findFirstOrThrow()).id,
    '/support/replies/:id': (
      await house.database.db.cannedReply.create({
        data: { ownerId: people.support?.id ?? 0, title: 'Привет', text: 'Здравствуйте!' },
      })
    ).id,
    '/admin/purposes/:id': (await house.database.db.purpose.findFirstOrThrow()).id,
    '/admin/operators/:id': people.support?.id ?? 0,
    '/support/threads/:id/files/:fileId': workers.file,
    '/admin/imports/:id': imported,
    '/admin/jobs/:name': 'accounts.sweep',
  };
}

/** A second session, which the first may end. */
async function sessionOf(agent: TestUser): Promise<string> {
  const [first] = [await house.as(agent), await house.as(agent)];
  const actions = (await first.see('/account'))
    .querySelectorAll('#sessions form')
    .map((form) => form.getAttribute('action'));
  return /\/([0-9a-f]{64})\/ending$/.exec(actions.find((action) => action?.includes('/ending')) ?? '')?.[1] ?? '';
}

/** A file that came with a report which was refused, and is kept for the next try. */
async function draftOf(agent: TestUser): Promise<string> {
  const report = { requestId: randomUUID(), text: '' };
  const files = [{ field: 'files', name: 'picture.png', content: pixel }];
  const refused = await (await house.as(agent)).upload('/cabinet/leads', report, files);
  return /\/cabinet\/leads\/drafts\/(\d+)/.exec(refused.text)?.[1] ?? '';
}

// What a form must bring before anybody asks whose the object is.
const bodies: Record<string, Record<string, string>> = {
  '/cabinet/contacts/:id/outcome': { outcome: 'thinking' },
  '/cabinet/contacts/:id/note': { note: 'Перезвонить' },
};

/** Asks as this person for the address, with the agent's own objects in it. */
function ask(spec: RouteSpec, cookie?: string, headers?: Record<string, string>): Promise<Answer> {
  const form = bodies[spec.path];
  const parts = { ...(cookie ? { cookie } : {}), ...(headers ? { headers } : {}), ...(form ? { form } : {}) };
  return knock(house.url, spec.method, fill(spec.path, objects), parts);
}

// Its objects are the agent's; nobody else has such.
const isOwned = ({ path, can }: RouteSpec): boolean => /:(id|fileId|handle)\b/.test(path) && /^(agent|self):/.test(can);

const named = ({ method, path }: RouteSpec): string => `${method.toUpperCase()} ${path}`;

/** The routes whose answer is not what it should be. */
async function faults(of: RouteSpec[], look: (spec: RouteSpec) => Promise<string | null>): Promise<string[]> {
  const found: string[] = [];
  for (const spec of of) {
    const fault = await look(spec);
    if (fault) found.push(`${named(spec)}: ${fault}`);
  }
  return found;
}

const shown = ({ status, location }: Answer): string => `${status} ${location}`.trim();

describe('every route', () => {
  it('declares what it takes to come in, and no two are the same', () => {
    expect(specs.length).toBeGreaterThan(20);
    expect(specs.filter(({ can }) => can !== 'public' && !permissions.includes(can)).map(named)).toEqual([]);
    expect(new Set(specs.map(named)).size).toBe(specs.length);
  });

  it('behind a door of staff asks for a permission of staff', () => {
    const staffs = specs.filter(({ door }) => door === 'admin' || door === 'support');
    expect(staffs.filter(({ can }) => !can.startsWith('staff:')).map(named)).toEqual([]);
  });
});

describe.each<Role>(['stranger', ...anybody])('a visitor who is %s', (role) => {
  const may = ({ can }: RouteSpec): boolean => can === 'public' || who[can].includes(role);

  it('may open what the permission says, and nothing else', async () => {
    expect(await faults(gets, async (spec) => wrong(spec, await ask(spec, cookies[role])))).toEqual([]);
  });

  it('may do what the permission says, and nothing else', async () => {
    expect(await faults(posts, async (spec) => wrong(spec, await ask(spec, cookies[role])))).toEqual([]);
  });

  function wrong(spec: RouteSpec, answer: Answer): string | null {
    const { status, location } = answer;
    const fine = may(spec) ? letIn(spec, answer) : refused(spec, answer);
    return fine ? null : `${status} ${location}`.trim();
  }

  // An empty form may well be refused, but never for who sends it. A page of one's own is there.
  function letIn(spec: RouteSpec, { status, location }: Answer): boolean {
    const { method, path, can } = spec;
    if ([401, 403].includes(status) || status >= 500) return false;
    if (can === 'public') return true;
    if (isOwned(spec) && role !== 'agent') return status === 404;
    return !location.startsWith('/login') && (status < 400 || (method === 'post' && !bodies[path]));
  }

  function refused({ method }: RouteSpec, { status, location }: Answer): boolean {
    if (role === 'stranger') return status === 303 && location.startsWith('/login');
    if (['pending', 'unconfirmed'].includes(role) && method === 'get') return status === 303 && location === '/cabinet';
    return status === 403;
  }
});

describe('what belongs to one agent', () => {
  const owned = specs.filter(isOwned);

  it('does not exist for another', async () => {
    expect(owned.length).toBeGreaterThan(0);
    expect(
      await faults(owned, async (spec) => {
        const answer = await ask(spec, other);
        return answer.status === 404 ? null : shown(answer);
      }),
    ).toEqual([]);
  });
});

describe('a form from another site', () => {
  // The last thing that everybody did was to log out.
  beforeAll(everybodyLogsIn);

  const foreign: [string, Record<string, string>][] = [
    ['says so', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['comes from a neighbouring host', { 'sec-fetch-site': 'same-site' }],
    ['says so by its Origin only', { origin: 'https://evil.example' }],
    ['says nothing at all', {}],
  ];

  it.each(foreign)('that %s is refused at every address, though who is logged in may do it', async (_how, headers) => {
    expect(
      await faults(posts, async (spec) => {
        const victim = spec.can === 'public' ? 'admin' : who[spec.can].at(-1);
        const answer = await ask(spec, victim && cookies[victim], headers);
        return answer.status === 403 ? null : shown(answer);
      }),
    ).toEqual([]);
  });
});

describe('a ban', () => {
  it('ends the open session at every address of the cabinet', async () => {
    const banned = await createUser(house);
    const cookie = await signIn(house, banned.email);
    const inside = gets.filter(({ can }) => can !== 'public' && who[can].includes('agent'));
    expect((await knock(house.url, 'get', '/cabinet', { cookie })).status).toBe(200);
    await house.database.db.user.update({ where: { id: banned.id }, data: { status: 'banned' } });
    expect(
      await faults(inside, async (spec) => {
        const answer = await ask(spec, cookie);
        return answer.status === 303 && answer.location.startsWith('/login') ? null : shown(answer);
      }),
    ).toEqual([]);
  });
});
