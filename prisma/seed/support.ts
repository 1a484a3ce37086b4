import { conversations } from './texts.ts';
import { insertAll, reserveIds, type World } from './world.ts';

/** Conversations, some of them waiting for an answer. */
export async function seedSupport(world: World): Promise<void> {
  const { client, people, uuid } = world;
  const ids = await reserveIds(client, 'threads', conversations.length);
  const threads = conversations.map(({ person, lines, ago }, i) => {
    const begins = world.moment(ago).getTime() - lines.length * 420_000;
    const times = lines.map((_, n) => new Date(begins + n * 400_000));
    const trailing = lines.length - 1 - lines.findLastIndex(([from]) => from === 'staff');
    return { id: ids[i] ?? 0, person: people[person] ?? 0, lines, times, trailing };
  });
  await insertAll(
    client,
    'threads',
    {
      id: 'int',
      person_id: 'int',
      last_message_at: 'timestamptz',
      unread_for_staff: 'int',
      unread_for_person: 'int',
      created_at: 'timestamptz',
    },
    threads.map(({ id, person, times, trailing }) => ({
      id,
      person_id: person,
      last_message_at: times.at(-1),
      unread_for_staff: trailing,
      unread_for_person: 0,
      created_at: times[0],
    })),
  );
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
    threads.flatMap(({ id, person, lines, times, trailing }) =>
      lines.map(([from, text], n) => ({
        thread_id: id,
        author_id: from === 'staff' ? people.sveta : person,
        from_staff: from === 'staff',
        text,
        request_id: uuid(),
        read_at: n < lines.length - trailing ? times[n] : null,
        created_at: times[n],
      })),
    ),
  );
}
