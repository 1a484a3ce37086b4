import { workers } from './people.ts';
import type { Random } from './random.ts';
import { limitReasons, notes } from './texts.ts';
import { days, insertAll, reserveIds, type World } from './world.ts';

type Base = { id: number; code: string; limit: number; free: number[] };
type Taken = {
  id: number;
  agent: number;
  issuance: number;
  at: Date;
  outcome: string | null;
  outcomeAt: Date | null;
  note: string | null;
};

/** Sixty days of hand-outs with what became of them, returns, extra limits and the stop list. */
export async function seedBases(world: World): Promise<void> {
  const bases = await freeContacts(world);
  await suppress(world, bases);
  const { issuances, taken } = await handOut(world, bases);
  await writeIssuances(world, issuances, taken);
  await takeBack(world);
  await seedLimits(world, bases);
}

async function freeContacts({ client }: World): Promise<Base[]> {
  const { rows } = await client.query<Base>(`
    SELECT b.id, b.code, b.limit, array_agg(c.id ORDER BY c.place) AS free
    FROM base_types b JOIN contacts c ON c.base_type_id = b.id AND c.state = 'free' GROUP BY b.id ORDER BY b.position`);
  return rows;
}

async function suppress({ client, people, moment }: World, bases: Base[]): Promise<void> {
  const ids = bases.flatMap(({ free }) => free.splice(-6));
  await client.query(
    `INSERT INTO suppressions (key, value, reason, added_by_id, created_at)
     SELECT key, value, 'Просил не писать', $2, $3 FROM contacts WHERE id = ANY($1) ORDER BY id`,
    [ids, people.anna, moment(18)],
  );
  await client.query(`UPDATE contacts SET state = 'suppressed' WHERE id = ANY($1)`, [ids]);
}

type Issued = { number: number; agent: number; base: Base; at: Date; ago: number; wanted: number; ids: number[] };

async function handOut(world: World, bases: Base[]): Promise<{ issuances: Issued[]; taken: Taken[] }> {
  const { random, people, moment } = world;
  const issuances: Issued[] = [];
  for (let ago = days; ago >= 0; ago -= 1) {
    for (const { name, from, until, pace } of workers) {
      if (ago > from || ago < until || !random.chance(0.45 + pace * 0.4)) continue;
      for (const base of bases.filter(({ code }) => random.chance(appetite[code] ?? 0.2))) {
        const wanted = Math.max(3, Math.round(Math.min(base.limit, 45) * pace * (0.4 + random.next() * 0.6)));
        const ids = base.free.splice(0, wanted);
        if (ids.length > 0)
          issuances.push({ number: 0, agent: people[name] ?? 0, base, at: moment(ago), ago, wanted, ids });
      }
    }
  }
  const numbers = await reserveIds(world.client, 'issuances', issuances.length);
  issuances.forEach((issued, i) => {
    issued.number = numbers[i] ?? 0;
  });
  return { issuances, taken: issuances.flatMap((issued) => issued.ids.map((id) => takenContact(world, issued, id))) };
}

// How likely an agent is to take of a base on a day. Max runs low, so that the house has something to warn about.
const appetite: Record<string, number> = {
  telegram: 0.5,
  whatsapp: 0.45,
  max: 0.42,
  viber: 0.25,
  instagram: 0.3,
  vk: 0.25,
  ok: 0.15,
  email: 0.08,
};

function takenContact(world: World, { number: issuance, agent, at, ago }: Issued, id: number): Taken {
  const { random } = world;
  const outcome = outcomeOf(random, ago);
  const outcomeAt =
    outcome === null ? null : new Date(Math.min(at.getTime() + random.between(2, 240) * 60_000, world.now.getTime()));
  return { id, agent, issuance, at, outcome, outcomeAt, note: outcome === 'thinking' ? random.pick(notes) : null };
}

function outcomeOf(random: Random, ago: number): string | null {
  const chosen = random.weighted({
    not_reached: 34,
    refused: 27,
    thinking: 8,
    lead: 13,
    wrong_contact: 5,
    none: ago < 2 ? 60 : 10,
  });
  return chosen === 'none' ? null : chosen;
}

async function writeIssuances({ client, day, uuid }: World, issuances: Issued[], taken: Taken[]): Promise<void> {
  await insertAll(
    client,
    'issuances',
    {
      id: 'int',
      agent_id: 'int',
      base_type_id: 'int',
      request_id: 'uuid',
      wanted: 'int',
      allowed: 'int',
      given: 'int',
      day: 'date',
      created_at: 'timestamptz',
    },
    issuances.map(({ number: id, agent, base, at, ago, wanted, ids }) => ({
      id,
      agent_id: agent,
      base_type_id: base.id,
      request_id: uuid(),
      wanted,
      allowed: base.limit,
      given: ids.length,
      day: day(ago),
      created_at: at,
    })),
  );
  await client.query(
    `UPDATE contacts c SET state = 'issued', agent_id = u.agent, issuance_id = u.issuance, issued_at = u.at, copied_at = u.at + interval '1 minute',
       outcome = u.outcome, outcome_at = u.outcome_at, note = u.note
     FROM unnest($1::int[], $2::int[], $3::int[], $4::timestamptz[], $5::contact_outcome[], $6::timestamptz[], $7::text[])
       AS u(id, agent, issuance, at, outcome, outcome_at, note) WHERE c.id = u.id`,
    [
      taken.map((t) => t.id),
      taken.map((t) => t.agent),
      taken.map((t) => t.issuance),
      taken.map((t) => t.at),
      taken.map((t) => t.outcome),
      taken.map((t) => t.outcomeAt),
      taken.map((t) => t.note),
    ],
  );
  await client.query(`
    INSERT INTO issuance_tallies (agent_id, base_type_id, day, issued)
    SELECT agent_id, base_type_id, day, sum(given) FROM issuances GROUP BY 1, 2, 3`);
}

/** The banned agents' untouched contacts went back to the queue. */
async function takeBack({ client, people, moment }: World): Promise<void> {
  await client.query(
    `INSERT INTO contact_returns (contact_id, agent_id, issuance_id, issued_at, returned_by_id, reason, created_at)
     SELECT id, agent_id, issuance_id, issued_at, $2, 'Агент заблокирован', $3 FROM contacts
     WHERE agent_id = ANY($1) AND outcome IS NULL ORDER BY id`,
    [[people.artur, people.zoya], people.anna, moment(11)],
  );
  await client.query(`
    UPDATE contacts c SET state = 'free', agent_id = NULL, issuance_id = NULL, issued_at = NULL, copied_at = NULL
    FROM contact_returns r WHERE r.contact_id = c.id AND r.agent_id = c.agent_id`);
}

async function seedLimits(world: World, bases: Base[]): Promise<void> {
  const { client, random, people, moment, day, uuid } = world;
  const asked = [
    { name: 'oleg', code: 'whatsapp', wanted: 20, ago: 1, status: 'granted' },
    { name: 'marina', code: 'telegram', wanted: 30, ago: 6, status: 'granted' },
    { name: 'denis', code: 'max', wanted: 50, ago: 4, status: 'declined' },
    { name: 'katya.s', code: 'vk', wanted: 40, ago: 15, status: 'granted' },
    { name: 'marina', code: 'viber', wanted: 15, ago: 0, status: 'open' },
    { name: 'Полина', code: 'telegram', wanted: 25, ago: 0, status: 'open' },
    { name: 'gleb', code: 'whatsapp', wanted: 10, ago: 0, status: 'open' },
  ].map((request) => ({
    ...request,
    base: bases.find(({ code }) => code === request.code)?.id,
    at: moment(request.ago),
  }));
  const ids = await reserveIds(client, 'limit_requests', asked.length);
  const answers: Record<string, string | null> = {
    granted: 'Добавили, удачи!',
    declined: 'В базе почти не осталось контактов',
    open: null,
  };
  await insertAll(
    client,
    'limit_requests',
    {
      id: 'int',
      agent_id: 'int',
      base_type_id: 'int',
      wanted: 'int',
      reason: 'text',
      status: 'limit_request_status',
      decided_by_id: 'int',
      decided_at: 'timestamptz',
      answer: 'text',
      created_at: 'timestamptz',
    },
    asked.map(({ name, base, wanted, at, status }, i) => ({
      id: ids[i],
      agent_id: people[name],
      base_type_id: base,
      wanted,
      reason: random.pick(limitReasons),
      status,
      decided_by_id: status === 'open' ? null : people.anna,
      decided_at: status === 'open' ? null : at,
      answer: answers[status],
      created_at: at,
    })),
  );
  await insertAll(
    client,
    'limit_grants',
    {
      agent_id: 'int',
      base_type_id: 'int',
      amount: 'int',
      from_day: 'date',
      to_day: 'date',
      reason: 'text',
      granted_by_id: 'int',
      limit_request_id: 'int',
      request_id: 'uuid',
      created_at: 'timestamptz',
    },
    asked.flatMap(({ name, base, wanted, ago, at, status }, i) =>
      status === 'granted'
        ? [
            {
              agent_id: people[name],
              base_type_id: base,
              amount: wanted,
              from_day: day(ago),
              to_day: day(ago),
              reason: 'По заявке',
              granted_by_id: people.anna,
              limit_request_id: ids[i],
              request_id: uuid(),
              created_at: at,
            },
          ]
        : [],
    ),
  );
}
