import { hashPassword } from '../../src/modules/accounts/index.ts';
import { days, insertAll, reserveIds, type World } from './world.ts';

const password = 'demo-cabinet-60';

/** Whom the demo lets in; shown by `npm start`. */
export const demoLogins = [
  { role: 'admin', login: 'anna', password },
  { role: 'support', login: 'sveta', password },
  { role: 'agent', login: 'marina', password },
  { role: 'pending', login: 'timur', password },
];

type Person = {
  name: string;
  role: 'user' | 'support' | 'admin';
  status: 'pending' | 'approved' | 'banned';
  joined: number;
  confirmed?: boolean;
  reason?: string;
};

const agent = (name: string, joined: number, rest: Partial<Person> = {}): Person => ({
  name,
  role: 'user',
  status: 'approved',
  joined,
  ...rest,
});

/** A dozen agents in every state, two of support, one admin. `joined` counts days ago. */
const people: Person[] = [
  { name: 'anna', role: 'admin', status: 'approved', joined: days + 5 },
  { name: 'sveta', role: 'support', status: 'approved', joined: days + 4 },
  { name: 'pavel', role: 'support', status: 'approved', joined: 40 },
  agent('marina', days),
  agent('oleg', days),
  agent('Вера_К', days - 2),
  agent('denis', 52),
  agent('katya.s', 47),
  agent('ruslan', 38),
  agent('Полина', 24),
  agent('gleb', 9),
  agent('artur', 55, { status: 'banned', reason: 'Сдавал выдуманные контакты' }),
  agent('zoya', 30, { status: 'banned', reason: 'Не выходит на связь' }),
  agent('timur', 1, { status: 'pending' }),
  agent('Лилия', 0, { status: 'pending' }),
  agent('nikita', 2, { status: 'pending', confirmed: false }),
];

/** Those who have worked, with how many days ago they began and stopped, and how good they are at it. */
export const workers = [
  { name: 'marina', from: days, until: 0, pace: 1, luck: 0.72 },
  { name: 'oleg', from: days, until: 0, pace: 0.8, luck: 0.64 },
  { name: 'Вера_К', from: days - 2, until: 0, pace: 0.9, luck: 0.7 },
  { name: 'denis', from: 52, until: 0, pace: 0.6, luck: 0.5 },
  { name: 'katya.s', from: 47, until: 1, pace: 0.7, luck: 0.68 },
  { name: 'ruslan', from: 38, until: 0, pace: 0.5, luck: 0.4 },
  { name: 'Полина', from: 24, until: 0, pace: 0.8, luck: 0.75 },
  { name: 'gleb', from: 9, until: 0, pace: 0.4, luck: 0.55 },
  { name: 'artur', from: 55, until: 20, pace: 0.6, luck: 0.15 },
  { name: 'zoya', from: 30, until: 12, pace: 0.3, luck: 0.5 },
] as const;

export async function seedPeople(world: World): Promise<void> {
  const { client } = world;
  const [ids, hash] = await Promise.all([reserveIds(client, 'users', people.length), hashPassword(password)]);
  people.forEach(({ name }, i) => {
    world.people[name] = ids[i] ?? 0;
  });
  const rows = people.map((person) => rowOf(world, person));
  await insertAll(
    client,
    'users',
    {
      id: 'int',
      name: 'text',
      name_key: 'text',
      email: 'text',
      email_confirmed_at: 'timestamptz',
      password_hash: 'text',
      role: 'user_role',
      status: 'user_status',
      decided_by_id: 'int',
      decided_at: 'timestamptz',
      decision_reason: 'text',
      last_seen_at: 'timestamptz',
      created_at: 'timestamptz',
    },
    rows.map((row, i) => ({ ...row, id: ids[i], password_hash: hash })),
  );
  await insertAll(
    client,
    'consents',
    { user_id: 'int', kind: 'consent_kind', edition: 'text', ip: 'text', given_at: 'timestamptz' },
    rows.flatMap(({ name, created_at }, i) => {
      const given = { user_id: world.people[name], edition: '2026-01', ip: '192.0.2.10', given_at: created_at };
      const both = ['personal_data', ...(i % 3 === 0 ? ['mailing'] : [])];
      return both.map((kind) => ({ ...given, kind }));
    }),
  );
}

function rowOf({ people: ids, moment }: World, { name, role, status, joined, confirmed = true, reason }: Person) {
  const created = moment(joined);
  // Both are at some time of their day, and nobody visits before he has an account.
  const seen = moment(status === 'banned' ? 12 : joined > 2 ? 0 : joined);
  const decided = status === 'pending' || role !== 'user' ? null : new Date(created.getTime() + 5_400_000);
  return {
    name,
    name_key: name.toLowerCase(),
    email: `${latin(name)}@example.com`,
    email_confirmed_at: confirmed ? new Date(created.getTime() + 600_000) : null,
    role,
    status,
    decided_by_id: decided ? ids.anna : null,
    decided_at: decided,
    decision_reason: reason ?? null,
    last_seen_at: new Date(Math.max(created.getTime(), seen.getTime())),
    created_at: created,
  };
}

const latinNames: Record<string, string> = { Вера_К: 'vera.k', Полина: 'polina', Лилия: 'liliya' };
const latin = (name: string): string => latinNames[name] ?? name;
