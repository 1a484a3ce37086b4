import type { Calendar } from '../../src/lib/business-hours.ts';
import { everydayConversations } from './questions.ts';
import { conversations } from './texts.ts';
import { timesOf } from './working-time.ts';
import { insertAll, reserveIds, type World } from './world.ts';

/** Departments, who answers in them, and conversations of every kind. */
export async function seedSupport(world: World): Promise<void> {
  await seedDesk(world);
  await seedThreads(world);
}

const hours = (from: string, to: string, days: number): string =>
  JSON.stringify(Array.from({ length: 7 }, (_, day) => (day < days ? { from, to } : null)));

// The migration made the first department and the four purposes; the people are the demo's.
async function seedDesk({ client, people, now }: World): Promise<void> {
  await client.query(
    `UPDATE departments SET description = 'Общие вопросы и доступ', head_id = $1, hours = $2::jsonb WHERE name_key = 'поддержка'`,
    [people.anna, hours('09:00', '20:00', 6)],
  );
  await client.query(
    `INSERT INTO departments (name, name_key, description, hours, holidays, head_id, auto_assign)
     VALUES ('Проверка лидов', 'проверка лидов', 'Почему лид вернули, отклонили, когда проверят', $2::jsonb, '{}', $4, true),
       ('Базы и лимиты', 'базы и лимиты', 'Контакты, выдача, дополнительные лимиты', $3::jsonb, '{2027-01-01}', $1, false)`,
    [people.anna, hours('10:00', '19:00', 5), hours('09:00', '18:00', 5), people.sveta],
  );
  await client.query(`
    UPDATE departments SET greeting_ru = 'Здравствуйте, {{person.name}}! Вопрос получили, оператор уже смотрит.',
      greeting_en = 'Hello {{person.name}}! We have your question, and an operator is looking into it.',
      away_ru = 'Сейчас мы не работаем. Ответим, как только откроемся: {{back}}.',
      away_en = 'We are closed now. We answer as soon as we open: {{back}}.' WHERE name_key = 'поддержка'`);
  await client.query(`
    UPDATE purposes p SET department_id = d.id FROM departments d
    WHERE d.name_key = (ARRAY['базы и лимиты', 'проверка лидов', 'поддержка', 'поддержка'])[p.position]`);
  const team = { sveta: 12, pavel: 8, anna: 3 };
  await insertAll(
    client,
    'operators',
    { user_id: 'int', capacity: 'int', accepts_new: 'bool' },
    Object.entries(team).map(([name, capacity]) => ({
      user_id: people[name],
      capacity,
      accepts_new: name !== 'anna',
    })),
  );
  await client.query(
    `INSERT INTO department_operators (department_id, user_id)
     SELECT d.id, u.id FROM departments d JOIN users u ON u.name = ANY (CASE d.name_key
       WHEN 'поддержка' THEN ARRAY['sveta', 'pavel'] WHEN 'проверка лидов' THEN ARRAY['sveta', 'anna'] ELSE ARRAY['pavel', 'anna'] END)`,
  );
  await insertAll(client, 'canned_replies', { owner_id: 'int', title: 'text', text: 'text' }, [
    {
      owner_id: null,
      title: 'Приветствие',
      text: '{{person.name}}, здравствуйте! Меня зовут {{operator.name}}, сейчас разберусь.',
    },
    {
      owner_id: null,
      title: 'Доработка лида',
      text: 'На снимке должны быть видны контакт и дата. Переснимите, пожалуйста, и отправьте ещё раз.',
    },
    {
      owner_id: null,
      title: 'Когда новые контакты',
      text: 'Базы пополняем по вечерам, после 20:00 лимит начинается заново.',
    },
    {
      owner_id: people.sveta,
      title: 'Передала коллегам',
      text: 'Передала вопрос коллегам, вернусь с ответом до конца дня.',
    },
  ]);
  // Each in its own subject: leads, contacts.
  await client.query(
    `INSERT INTO canned_reply_purposes (reply_id, purpose_id) SELECT r.id, p.id FROM canned_replies r JOIN purposes p
       ON (r.title, p.position) IN (('Доработка лида', 2), ('Когда новые контакты', 1))`,
  );
  const seen = { sveta: 0, pavel: 240 };
  await insertAll(
    client,
    'operator_presence',
    { user_id: 'int', seen_at: 'timestamptz' },
    Object.entries(seen).map(([name, seconds]) => ({
      user_id: people[name],
      seen_at: new Date(now.getTime() - seconds * 1000),
    })),
  );
}

type Purpose = Calendar & { id: number; department_id: number; position: number };

async function seedThreads(world: World): Promise<void> {
  const { client, people, uuid, now, random } = world;
  const all = [...everydayConversations(random), ...conversations];
  const ids = await reserveIds(client, 'threads', all.length);
  const purposes = await client.query<Purpose>(
    `SELECT p.id, p.department_id, p.position, d.zone, d.hours, d.holidays::text[] AS holidays
     FROM purposes p JOIN departments d ON d.id = p.department_id`,
  );
  const threads = all.map((one, i) => {
    const { lines, ago, about, closed = false, read = false } = one;
    const trailing = lines.length - 1 - lines.findLastIndex(([from]) => from === 'staff');
    const unread = closed || read ? 0 : trailing;
    const status = closed ? 'closed' : trailing > 0 ? 'open' : 'waiting';
    const purpose = purposes.rows.find(({ position }) => position === about);
    if (!purpose) throw new Error(`Nothing is about ${about}`);
    const said = timesOf(lines, ago, purpose, now, random);
    return { ...one, ...said, id: ids[i] ?? 0, author: people[one.person] ?? 0, trailing, unread, status, purpose };
  });
  await insertAll(
    client,
    'threads',
    {
      id: 'int',
      person_id: 'int',
      purpose_id: 'int',
      department_id: 'int',
      assignee_id: 'int',
      status: 'thread_status',
      priority: 'thread_priority',
      waiting_since: 'timestamptz',
      last_message_at: 'timestamptz',
      closed_at: 'timestamptz',
      unread_for_staff: 'int',
      unread_for_person: 'int',
      rating: 'smallint',
      rating_text: 'text',
      rated_at: 'timestamptz',
      created_at: 'timestamptz',
    },
    threads.map(({ id, author, purpose, whose, status, priority, times, end, trailing, unread, closed, rating }) => ({
      id,
      person_id: author,
      purpose_id: purpose.id,
      department_id: purpose.department_id,
      assignee_id: whose ? people[whose] : null,
      status,
      priority: priority ?? 'normal',
      waiting_since: status === 'open' ? times.at(-trailing) : null,
      last_message_at: times.at(-1),
      closed_at: closed ? end : null,
      unread_for_staff: unread,
      unread_for_person: 0,
      rating: rating?.[0] ?? null,
      rating_text: rating?.[1] ?? '',
      rated_at: rating ? end : null,
      created_at: times[0],
    })),
  );
  // A list in a list is more than unnest takes.
  for (const { id, tags } of threads)
    if (tags) await client.query('UPDATE threads SET tags = $2 WHERE id = $1', [id, tags]);
  await insertAll(
    client,
    'messages',
    {
      thread_id: 'int',
      author_id: 'int',
      from_staff: 'bool',
      text: 'text',
      request_id: 'uuid',
      read_at: 'timestamptz',
      created_at: 'timestamptz',
    },
    threads.flatMap(({ id, author, whose, lines, times, unread }) =>
      lines.map(([from, text], n) => ({
        thread_id: id,
        author_id: from === 'staff' ? people[whose ?? 'sveta'] : author,
        from_staff: from === 'staff',
        text,
        request_id: uuid(),
        read_at: n < lines.length - unread ? times[n] : null,
        created_at: times[n],
      })),
    ),
  );
  await insertAll(
    client,
    'thread_events',
    { thread_id: 'int', kind: 'thread_event_kind', author_id: 'int', text: 'text', created_at: 'timestamptz' },
    threads.flatMap(({ id, whose, note, closed, times, end }) => {
      const by = { thread_id: id, author_id: people[whose ?? 'sveta'], created_at: times.at(-1) };
      return [
        ...(note ? [{ ...by, kind: 'note', text: note }] : []),
        ...(closed ? [{ ...by, kind: 'closed', text: '', created_at: end }] : []),
      ];
    }),
  );
  await client.query(
    `UPDATE thread_events SET mentioned_ids = ARRAY[$1::int] WHERE kind = 'note' AND text LIKE '@anna%'`,
    [people.anna],
  );
  await seedChanged(world);
}

/** An answer that was said otherwise a minute later: staff see what it said first. */
async function seedChanged({ client }: World): Promise<void> {
  const changed = await client.query<{ id: number; thread_id: number }>(
    `UPDATE messages SET edited_at = created_at + interval '1 minute' WHERE text LIKE 'Здравствуйте! На скриншоте не видно%' RETURNING id, thread_id`,
  );
  for (const { id, thread_id } of changed.rows)
    await client.query(
      `INSERT INTO message_versions (thread_id, message_id, text, replaced_at)
       SELECT $2, id, 'Здравствуйте! На скриншоте ничего не видно.', edited_at FROM messages WHERE id = $1`,
      [id, thread_id],
    );
}
