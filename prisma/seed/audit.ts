import { insertAll, type World } from './world.ts';

type Event = {
  at: Date;
  actor: string;
  action: string;
  type: string | null;
  id: number | null;
  user: number | null;
  details: object;
};

/** What staff did in these sixty days, read back from what is in the tables. */
export async function seedAudit(world: World): Promise<void> {
  const { client, people } = world;
  const events = [...(await decisions(world)), ...(await grants(world)), ...(await logins(world))];
  events.sort((a, b) => a.at.getTime() - b.at.getTime());
  await insertAll(
    client,
    'audit_events',
    {
      at: 'timestamptz',
      actor_id: 'int',
      actor_name: 'text',
      action: 'text',
      subject_type: 'text',
      subject_id: 'int',
      user_id: 'int',
      ip: 'text',
      user_agent: 'text',
      details: 'jsonb',
    },
    events.map(({ at, actor, action, type, id, user, details }) => ({
      at,
      actor_id: people[actor],
      actor_name: actor,
      action,
      subject_type: type,
      subject_id: id,
      user_id: user,
      ip: '192.0.2.10',
      user_agent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140',
      details: JSON.stringify(details),
    })),
  );
}

async function decisions({ client }: World): Promise<Event[]> {
  const { rows } = await client.query<{ id: number; status: string; at: Date; reason: string | null }>(
    `SELECT id, status, decided_at AS at, decision_reason AS reason FROM users WHERE decided_at IS NOT NULL`,
  );
  return rows.map(({ id, status, at, reason }) => ({
    at,
    actor: 'anna',
    action: `user.${status}`,
    type: 'user',
    id,
    user: id,
    details: reason ? { reason } : {},
  }));
}

async function grants({ client }: World): Promise<Event[]> {
  const { rows } = await client.query<{ id: number; agent: number; amount: number; reason: string; at: Date }>(
    `SELECT id, agent_id AS agent, amount, reason, created_at AS at FROM limit_grants`,
  );
  return rows.map(({ id, agent, amount, reason, at }) => ({
    at,
    actor: 'anna',
    action: 'limit.granted',
    type: 'limit_grant',
    id,
    user: agent,
    details: { amount, reason },
  }));
}

async function logins({ people, random, moment }: World): Promise<Event[]> {
  return Object.keys(people).flatMap((name) =>
    ['anna', 'sveta', 'marina', 'oleg'].includes(name)
      ? Array.from({ length: 12 }, () => ({
          at: moment(random.between(0, 30)),
          actor: name,
          action: 'session.opened',
          type: null,
          id: null,
          user: people[name] ?? null,
          details: {},
        }))
      : [],
  );
}
