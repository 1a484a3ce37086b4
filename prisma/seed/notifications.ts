import { insertAll, reserveIds, type World } from './world.ts';

type Told = { userId: number; state: 'new' | 'seen' | 'done' };
type Event = {
  type: string;
  subject: number | null;
  person: number | null;
  params: object;
  at: Date;
  told: Told[];
  /** Rows of one person that carry the same word stand behind the first of them. */
  bundle?: string;
};

/** What people were told of lately, read back from what is in the tables; the newest of it nobody has seen. */
export async function seedNotifications(world: World): Promise<void> {
  // What the import has told while it loaded the bases is of today; here it is told at its own time.
  await world.client.query('DELETE FROM notification_events');
  const events = [
    ...(await applications(world)),
    ...(await limitRequests(world)),
    ...(await imports(world)),
    ...(await lowBases(world)),
    ...(await verdicts(world)),
    ...(await grants(world)),
  ];
  events.sort((a, b) => a.at.getTime() - b.at.getTime());
  await write(world, events);
}

type Row = { id: number; person: number; at: Date; params: object };

async function rowsOf({ client }: World, sql: string): Promise<Row[]> {
  return (await client.query<Row>(sql)).rows;
}

const staffOf = ({ people }: World, ...names: string[]): number[] => names.map((name) => people[name] ?? 0);
const all = (userIds: number[], state: Told['state']): Told[] => userIds.map((userId) => ({ userId, state }));
const isToday = ({ now }: World, at: Date): boolean => now.getTime() - at.getTime() < 24 * 3_600_000;

async function applications(world: World): Promise<Event[]> {
  const rows = await rowsOf(
    world,
    `SELECT id, id AS person, least(email_confirmed_at, $$${world.now.toISOString()}$$::timestamptz) AS at, jsonb_build_object('name', name) AS params
    FROM users WHERE status = 'pending' AND email_confirmed_at IS NOT NULL ORDER BY id`,
  );
  const told = all(staffOf(world, 'anna'), 'new');
  return rows.map(({ id, at, params }) => ({
    type: 'registration.waits',
    subject: id,
    person: null,
    params,
    at,
    told,
    bundle: 'applications',
  }));
}

async function limitRequests(world: World): Promise<Event[]> {
  const rows = await rowsOf(
    world,
    `SELECT r.id, r.agent_id AS person, r.created_at AS at,
      jsonb_build_object('name', u.name, 'base', b.name, 'wanted', r.wanted, 'note', r.reason) AS params
    FROM limit_requests r JOIN users u ON u.id = r.agent_id JOIN base_types b ON b.id = r.base_type_id
    WHERE r.status = 'open' ORDER BY r.id`,
  );
  const told = all(staffOf(world, 'anna', 'sveta', 'pavel'), 'new');
  return rows.map(({ id, at, params }) => ({ type: 'limit.requested', subject: id, person: null, params, at, told }));
}

async function imports(world: World): Promise<Event[]> {
  const rows = await rowsOf(
    world,
    `SELECT i.id, coalesce(i.started_by_id, i.created_by_id) AS person, i.finished_at AS at,
      jsonb_build_object('file', f.original_name, 'rows', i.rows_read, 'created', i.created) AS params
    FROM imports i JOIN stored_files f ON f.id = i.file_id WHERE i.status = 'finished' AND i.finished_at IS NOT NULL ORDER BY i.id`,
  );
  return rows.map(({ id, person, at, params }) => ({
    type: 'import.finished',
    subject: id,
    person,
    params,
    at: new Date(Math.min(at.getTime(), world.now.getTime())),
    told: all([person], 'done'),
  }));
}

async function lowBases(world: World): Promise<Event[]> {
  const rows = await rowsOf(
    world,
    `SELECT b.id, 0 AS person, now() AS at, jsonb_build_object('base', b.name, 'free', sum(t.free), 'total', sum(t.free + t.issued + t.suppressed)) AS params
    FROM base_types b JOIN contact_tallies t ON t.base_type_id = b.id
    GROUP BY b.id HAVING sum(t.free) * 100 < sum(t.free + t.issued + t.suppressed) * b.low_water_percent ORDER BY b.id`,
  );
  const told = all(staffOf(world, 'anna'), 'seen');
  return rows.map(({ id, params }) => ({
    type: 'base.low',
    subject: id,
    person: null,
    params,
    at: world.moment(1),
    told,
  }));
}

async function verdicts(world: World): Promise<Event[]> {
  const rows = await rowsOf(
    world,
    `SELECT id, agent_id AS person, decided_at AS at, jsonb_build_object('value', value)
      || CASE WHEN status = 'rework' THEN '{}' ELSE jsonb_build_object('context', status::text) END
      || CASE WHEN decision_note IS NULL THEN '{}' ELSE jsonb_build_object('note', decision_note) END AS params
    FROM leads WHERE decided_at > $$${world.now.toISOString()}$$::timestamptz - interval '5 days' ORDER BY decided_at, id`,
  );
  return rows.map(({ id, person, at, params }) => {
    const type = 'context' in params ? 'lead.verdict' : 'lead.rework';
    const told = all([person], isToday(world, at) ? 'new' : 'seen');
    return { type, subject: id, person, params, at, told, bundle: `${type} ${at.toISOString().slice(0, 10)}` };
  });
}

async function grants(world: World): Promise<Event[]> {
  const rows = await rowsOf(
    world,
    `SELECT g.id, g.agent_id AS person, g.created_at AS at,
      jsonb_build_object('base', b.name, 'amount', g.amount, 'note', g.reason) AS params
    FROM limit_grants g JOIN base_types b ON b.id = g.base_type_id ORDER BY g.id DESC LIMIT 12`,
  );
  return rows.map(({ id, person, at, params }) => ({
    type: 'limit.granted',
    subject: id,
    person,
    params,
    at,
    told: all([person], isToday(world, at) ? 'new' : 'seen'),
  }));
}

async function write({ client }: World, events: Event[]): Promise<void> {
  const ids = await reserveIds(client, 'notification_events', events.length);
  await insertAll(
    client,
    'notification_events',
    {
      id: 'int',
      type: 'text',
      subject_id: 'int',
      person_id: 'int',
      params: 'jsonb',
      created_at: 'timestamptz',
      expanded_at: 'timestamptz',
    },
    events.map(({ type, subject, person, params, at }, i) => ({
      id: ids[i],
      type,
      subject_id: subject,
      person_id: person,
      params: JSON.stringify(params),
      created_at: at,
      expanded_at: at,
    })),
  );
  const rows = events.flatMap(({ type, at, told, bundle }, i) =>
    told.map(({ userId, state }) => ({ event: ids[i] ?? 0, type, at, userId, state, bundle })),
  );
  const rowIds = await reserveIds(client, 'notifications', rows.length);
  const bundles = Map.groupBy(
    rows.map((row, i) => ({ ...row, id: rowIds[i] ?? 0 })),
    ({ userId, bundle, event, state }) => `${userId} ${bundle ? `${bundle} ${state}` : event}`,
  );
  const shown = [...bundles.values()].flatMap((members) => {
    const [head, last] = [members[0], members.at(-1)];
    return members.map((row) =>
      row === head && last ? { ...row, latest: last, count: members.length } : { ...row, head },
    );
  });
  await insertAll(
    client,
    'notifications',
    {
      id: 'int',
      user_id: 'int',
      event_id: 'int',
      latest_event_id: 'int',
      type: 'text',
      head_id: 'int',
      count: 'int',
      at: 'timestamptz',
      state: 'notification_state',
      seen_at: 'timestamptz',
      done_at: 'timestamptz',
      created_at: 'timestamptz',
    },
    shown.map(({ id, event, type, at, userId, state, ...bundle }) => {
      const latest = 'latest' in bundle ? bundle.latest : undefined;
      return {
        id,
        user_id: userId,
        event_id: event,
        latest_event_id: latest?.event ?? event,
        type,
        head_id: 'head' in bundle ? (bundle.head?.id ?? null) : null,
        count: 'count' in bundle ? bundle.count : 1,
        at: latest?.at ?? at,
        state,
        seen_at: state === 'new' ? null : at,
        done_at: state === 'done' ? at : null,
        created_at: at,
      };
    }),
  );
}
