import { randomUUID } from 'node:crypto';
import { q } from '../../src/lib/sql.ts';
import type { TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';
import { messagesOf } from './talk.ts';

/** A thread as the database holds it. */
export async function threadRow(house: TestHouse, id: number) {
  const thread = await house.database.db.thread.findUniqueOrThrow({
    where: { id },
    include: { events: { orderBy: { id: 'asc' } } },
  });
  return { ...thread, kinds: thread.events.map(({ kind }) => kind) };
}

/** A person begins a thread about something, through the form. */
export async function begin(
  house: TestHouse,
  browser: Visitor,
  titleRu: string,
  text: string,
  requestId: string = randomUUID(),
) {
  const purpose = await house.database.db.purpose.findFirstOrThrow({ where: { titleRu } });
  return browser.upload('/cabinet/support/threads', { requestId, purposeId: purpose.id, text }, []);
}

/** The number in the address to which an act led. */
export const threadIn = ({ headers }: { headers: Record<string, string> }): number =>
  Number(/threads\/(\d+)/.exec(headers.location ?? '')?.[1]);

export const take = (
  browser: Visitor,
  id: number,
  seenAssigneeId: number | '' = '',
  requestId: string = randomUUID(),
) => browser.post(`/support/threads/${id}/assignment`, { requestId, seenAssigneeId });

/** Closes as from a page that shows the whole thread, unless said otherwise. */
export async function close(
  house: TestHouse,
  browser: Visitor,
  id: number,
  form: Record<string, string | number> = {},
) {
  const lastSeenMessageId = (await messagesOf(house, id)).at(-1)?.id ?? 0;
  return browser.post(`/support/threads/${id}/closure`, { requestId: randomUUID(), lastSeenMessageId, ...form });
}

/** A page of this operator is open now, or was so many seconds ago. */
export const here = (house: TestHouse, { id }: { id: number }, secondsAgo = 0) =>
  house.database.sql.run(q`
    INSERT INTO operator_presence (user_id, seen_at) VALUES (${id}, now() - make_interval(secs => ${secondsAgo}::int))
    ON CONFLICT (user_id) DO UPDATE SET seen_at = excluded.seen_at`);

export const departmentForm = {
  name: 'Склад',
  zone: 'Asia/Yekaterinburg',
  description: 'Всё о наличии',
  from1: '09:00',
  to1: '18:00',
  holidays: '31.12.2026\n2027-01-01',
  active: '1',
};
